/** The story of a card, in the column beside its conversation. */

import { listen } from "../core/bus.js";
import { Part, h, iconButton, refill } from "../core/dom.js";
import { t, tParts } from "../core/i18n.js";
import { go } from "../core/router.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { takeEnvelope } from "../state/cards.js";
import { state } from "../state/store.js";
import { stateTag } from "./card-parts.js";
import { ring } from "./card-split.js";
import { envelopeShares } from "./envelope-dialog.js";
import { cancelSplit } from "./flows.js";
import { loanStory } from "./loan-story.js";
import { action, empty, face, spinner, sum, who } from "./parts.js";
import { seal } from "./envelope.js";
import { transferStory } from "./transfer-story.js";

const LOAD = {
  envelope: async (id) => {
    const { envelope } = await call("envelope.get", { envelope: id });
    takeEnvelope(envelope);
    return envelopeStory(envelope);
  },
  split: async (id) => splitStory((await call("split.get", { split: id })).split),
  transfer: async (id) => transferStory((await call("transfer.get", { transfer: id })).transfer),
  expense: async (id) => (await import("./expense-story.js")).expenseStory(id),
  request: async (id) => {
    const [{ requestStory }, { payment_request: request }] = await Promise.all([
      import("./card-request.js"), call("payment_request.get", { payment_request: id }),
    ]);
    return requestStory(request);
  },
  loan: async (id) => loanStory((await call("loan.get", { loan: id })).loan),
};

class Story extends Part {
  #body = h("div", { class: "scroll" });

  start() {
    const { room, detail, card } = this.route;
    refill(
      this,
      h("header", { class: "head" },
        h("h2", { class: "head-title" }, t(`card.${detail}`)),
        iconButton("close", t("page.close"), () => go(`/rooms/${room}`))),
      this.#body,
    );
    refill(this.#body, spinner());
    this.until(listen(`card:${card}`, () => this.load()));
    this.load();
  }

  async load() {
    const { detail, card } = this.route;
    try {
      const story = await LOAD[detail](card);
      if (this.isConnected) refill(this.#body, h("div", { class: "detail-body" }, story));
    } catch (error) {
      refill(this.#body, empty({ picture: "lock", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-story", Story);

function envelopeStory(envelope) {
  return [
    h("div", { class: "hero" }, seal(),
      h("h2", { dir: "auto" }, envelope.greeting || t("envelope.greeting")),
      h("p", { class: "soft" }, tParts("envelope.from", { who: who(envelope.sender) }))),
    envelopeShares(envelope),
  ];
}

function splitStory(split) {
  const isInitiator = split.initiator === state.me.id;
  return [
    h("div", { class: "hero" }, ring(split),
      h("h2", { dir: "auto" }, split.note || t("card.split")),
      h("p", { class: "hero-sum" }, sum(split.amount, split.currency)),
      h("p", { class: "soft" }, tParts("split.by", { who: who(split.initiator, { you: true }) }))),
    h("ul", { class: "section" }, split.shares.map((share) => h(
      "li", { class: "share" },
      face(share.person, 40),
      h("span", { class: "row-text" },
        h("span", { class: "clip row-name" }, who(share.person, { you: true })),
        share.at && h("span", { class: "small soft" }, shortMoment(share.at))),
      h("span", { class: "share-sum" }, sum(share.amount, split.currency), shareTag(share)),
    ))),
    split.status === "open" && isInitiator && h("div", { class: "section" },
      action("close", t("split.cancel"), () => cancelSplit(split), { class: "action danger" })),
  ];
}

function shareTag({ status }) {
  const tones = { paid: "good", unpaid: "wait" };
  return stateTag(t(`split.share_${status}`), tones[status]);
}
