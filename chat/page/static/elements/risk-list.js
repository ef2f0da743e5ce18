/** What the risk team works through: a list by status, page after page, that follows changes. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { choiceField } from "./fields.js";
import { isOfRiskTeam } from "./risk-parts.js";
import { empty, paneHead, skeletons, whileBusy } from "./parts.js";

const PAGE = 50;

/**
 * A list by status. Its kind brings `what`: the `command` that lists, the name that its answer has
 * for the rows (`rows`, which is also what is told when they change), the words of the `label` and
 * the `statuses` with theirs, the first of which is shown, and what stands where there is `none`;
 * `row(one)` shows one, `more()` what else stands in the head.
 */
export class RiskList extends Part {
  #list = h("div", {});
  #found = [];
  #status = choiceField({
    label: t(this.what.label), name: "status", value: this.what.statuses[0][0],
    options: this.what.statuses.map(([status, words]) => [status, t(words)]),
    onchange: () => this.load(),
  });

  more() {
    return null;
  }

  start() {
    if (!isOfRiskTeam()) return;
    refill(
      this,
      paneHead(this.pageTitle, "/risk", {}, this.more()),
      h("div", { class: "scroll" }, h("div", { class: "page narrow" }, this.#status, this.#list)),
    );
    this.until(listen(this.what.rows, () => this.load()));
    refill(this.#list, skeletons(4));
    this.load();
  }

  async load({ older = false } = {}) {
    const status = this.#status.value();
    try {
      const page = await call(this.what.command, {
        status, limit: PAGE, ...(older ? { before: this.#found.at(-1).id } : {}),
      });
      if (!this.isConnected || status !== this.#status.value()) return;
      const rows = page[this.what.rows];
      this.#found = older ? [...this.#found, ...rows] : rows;
      this.show(page.more);
    } catch (error) {
      refill(this.#list, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(hasMore) {
    const { picture, text } = this.what.none;
    refill(this.#list,
      this.#found.length
        ? h("ul", { class: "panel entries" }, this.#found.map((one) => h("li", {}, this.row(one))))
        : empty({ picture, text: t(text) }),
      hasMore && h("button", {
        type: "button", class: "link-button more-button",
        onclick: (event) => whileBusy(event.currentTarget, () => this.load({ older: true })),
      }, t("page.more")));
  }
}
