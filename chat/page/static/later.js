/**
 * What the first screen does without: who is there, what the browser shows beside the page, and the
 * conversation that is opened next, here before the tap and so in a tunnel too.
 */

import "./elements/alerts.js";
import "./elements/conversation.js";
import "./elements/presence.js";
