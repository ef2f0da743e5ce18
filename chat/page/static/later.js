/** What the first screen does without: who is there, and what the browser shows beside the page. */

import "./elements/alerts.js";
import "./elements/presence.js";
