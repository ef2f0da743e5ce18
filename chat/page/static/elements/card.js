/** A card in a conversation: money with a state of its own, which changes while one looks. */

import { listen } from "../core/bus.js";
import { Part, refill } from "../core/dom.js";
import { envelopeCard } from "./card-envelope.js";
import { loanCard } from "./card-loan.js";
import { splitCard } from "./card-split.js";
import { transferCard } from "./card-transfer.js";

const DRAW = {
  envelope: envelopeCard, split: splitCard, transfer: transferCard, loan: loanCard,
};
// What comes with the first card of its kind.
const LATER = {
  expense: async () => {
    DRAW.expense = (await import("./card-expense.js")).expenseCard;
  },
  request: async () => {
    DRAW.request = (await import("./card-request.js")).requestCard;
  },
};
const MINUTE_MS = 60_000;

class Card extends Part {
  start() {
    const { id } = this.card;
    this.until(
      listen(`card:${id}`, (card) => {
        this.card = card;
        this.show();
      }),
      listen(`share:${id}`, () => this.show()),
      listen("account", () => this.show()),
    );
    // What is left of the time is part of some cards.
    this.clock = setInterval(() => this.show(), MINUTE_MS);
    this.begin();
  }

  async begin() {
    const { type } = this.card;
    if (!DRAW[type]) await LATER[type]?.().catch(() => {});
    if (this.isConnected) this.show();
  }

  stop() {
    clearInterval(this.clock);
  }

  show() {
    const held = this.contains(document.activeElement) && document.activeElement.dataset.action;
    refill(this, DRAW[this.card.type]?.(this.card, this.message.room));
    if (!held) return;
    const same = this.querySelector(`[data-action="${held}"]`);
    (same ?? this.querySelector("[data-action]"))?.focus();
  }
}
customElements.define("kith-card", Card);
