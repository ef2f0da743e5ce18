/** The rooms: what most people see first. A conversation comes with `conversation.js`. */

import { Part, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { route } from "../core/router.js";
import { logo } from "./logo.js";
import "./rooms.js";

class Welcome extends Part {
  start() {
    const { name } = route();
    refill(this, h("div", { class: "empty" }, logo(),
      h("h2", {}, t(`welcome.${name}`)), name === "rooms" && h("p", {}, t("welcome.text"))));
  }
}
customElements.define("kith-welcome", Welcome);
