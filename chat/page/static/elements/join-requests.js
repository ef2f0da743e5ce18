/** Who waits to be let into a group, for those who decide. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { learn } from "../state/people.js";
import { face, toast, whileBusy, who } from "./parts.js";

await needWords("-more");

class JoinRequests extends Part {
  start() {
    this.until(listen("noticed", ({ kind, ref }) => {
      if (kind === "join.asked" && ref === this.room) this.load();
    }));
    this.load();
  }

  async load() {
    const { join_requests: requests } = await call("join_request.list", { room: this.room })
      .catch(() => ({ join_requests: [] }));
    for (const { person } of requests) learn(person);
    if (this.isConnected) this.show(requests);
  }

  show(requests) {
    refill(this, requests.length > 0 && h("section", { class: "section" },
      h("h3", { class: "section-title" }, t("requests.title"),
        h("span", { class: "soft" }, ` ${requests.length}`)),
      h("ul", {}, requests.map((one) => this.row(one)))));
  }

  row({ id, person, at }) {
    return h("li", { class: "person-row" },
      h("a", { class: "row", href: `/friends/${person.id}` }, face(person.id, 40),
        h("span", { class: "row-text" },
          h("span", { class: "row-line" },
            h("span", { class: "clip row-name" }, who(person.id)),
            h("time", { class: "small soft", datetime: at }, shortMoment(at))),
          h("span", { class: "clip small soft" }, `@${person.username}`))),
      h("div", { class: "buttons tight" },
        this.button("approve", id, person), this.button("refuse", id, person, "plain")));
  }

  button(verb, id, { name }, className = "") {
    return h("button", {
      type: "button", class: `button small-button ${className}`,
      "aria-label": t(`requests.${verb}_name`, { name }),
      onclick: (event) => whileBusy(event.currentTarget, async () => {
        try {
          await call(`join_request.${verb}`, { join_request: id });
        } catch (error) {
          toast(asRefused(error).sentence);
        }
        await this.load();
      }),
    }, t(`requests.${verb}`));
  }
}
customElements.define("kith-join-requests", JoinRequests);
