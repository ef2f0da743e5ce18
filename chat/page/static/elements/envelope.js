/** What the envelope's card and its dialog share. */

import { h } from "../core/dom.js";

/** Return the round gold seal. */
export function seal(className = "") {
  return h("span", { class: `seal ${className}`, "aria-hidden": "true" }, "福");
}
