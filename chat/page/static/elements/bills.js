/** Open bills, also those of conversations that are no more. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { state } from "../state/store.js";
import { splitCard } from "./card-split.js";
import { empty, paneHead, skeletons } from "./parts.js";

await needWords("-more");

class Bills extends Part {
  #body = h("div", { class: "page" });

  get pageTitle() {
    return t("bills.title");
  }

  start() {
    refill(
      this,
      paneHead(this.pageTitle, "/wallet"),
      h("div", { class: "scroll" }, this.#body),
    );
    refill(this.#body, skeletons(2));
    this.until(listen("money", () => this.load()));
    this.load();
  }

  async load() {
    try {
      const { splits } = await call("split.list");
      if (!this.isConnected) return;
      refill(this.#body, splits.length
        ? h("ul", { class: "links" }, splits.map((split) => h("li", {},
          splitCard(split, state.rooms.has(split.room) ? split.room : null))))
        : empty({ picture: "split", title: t("bills.none"), text: t("bills.none_text") }));
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-bills", Bills);
