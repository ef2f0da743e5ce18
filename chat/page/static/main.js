/** Where the page begins. */

import { loadLanguage } from "./core/i18n.js";
import { listenToRoutes } from "./core/router.js";
import "./elements/app.js";

listenToRoutes();
await loadLanguage();
document.querySelector("kith-app").begin();
