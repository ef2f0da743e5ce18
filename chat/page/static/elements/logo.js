/** Our mark: two rings that hold each other. */

import { s } from "../core/dom.js";

/** Return the mark as a picture; what it says stands beside it. */
export function logo() {
  return s(
    "svg", { class: "logo", viewBox: "0 0 64 64", "aria-hidden": "true" },
    s("rect", { width: 64, height: 64, rx: 16, fill: "#1f7a5c" }),
    s("circle", { cx: 25, cy: 33, r: 13, fill: "none", stroke: "#fff", "stroke-width": 6 }),
    s("path", {
      d: "M32.5 22.4a13 13 0 1 1 0 21.2", fill: "none", stroke: "#f3c969", "stroke-width": 6,
      "stroke-linecap": "round",
    }),
  );
}
