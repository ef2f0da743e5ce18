/** Money from and to banks: which one, what it brought, and what still waits there. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { hasWords, needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { CommandId, Refused } from "../net/refused.js";
import { availableIn, moneyMoved } from "../state/wallet.js";
import { openDialog } from "./dialog.js";
import { form, moneyField, selectField } from "./fields.js";
import { sum, toast } from "./parts.js";

await needWords("-bank", "-more");

export const AUTO = "auto";

/** Return a bank's name as one reads it. */
export function bankName(channel) {
  if (channel === AUTO) return t("bank.auto");
  return channel.charAt(0).toUpperCase() + channel.slice(1);
}

/** Ask which banks there are; returns [value, label] pairs, the one to begin with first. */
export async function listBanks({ withInstant = true } = {}) {
  const { channels, instant } = await call("wallet.channels");
  const named = channels.map(({ channel, is_away: isAway }) => [channel, isAway
    ? t("bank.away", { name: bankName(channel) }) : bankName(channel)]);
  return [
    ...(instant && withInstant ? [[instant, t("bank.instant")]] : []),
    ...(named.length ? [[AUTO, t("bank.auto")], ...named] : []),
  ];
}

/** Send a top-up or withdrawal and return what it has moved so far. Throws Refused, also where the
 * bank has meanwhile refused what was sent before.
 */
export async function move(command, fields, id) {
  const moved = await call(command, fields, { id: id.for(fields) });
  if (moved.payment?.status !== "failed") return moved;
  id.renew();
  const { reason } = moved.payment;
  throw new Refused({ code: "wallet.bank_refused", detail: { reason } });
}

/** Move money from or to a bank; `direction` is "in" or "out". */
export async function openBank(direction, currency = "CNY") {
  const banks = await listBanks();
  const available = availableIn(currency) ?? 0;
  const amount = moneyField({
    label: t("wallet.amount"), name: "amount", big: true, autofocus: true, currency,
    hint: direction === "out" && t("bank.withdraw_all", { amount: money(available, currency) }),
  });
  const channel = selectField({ label: t("bank.over"), name: "channel", options: banks });
  const id = new CommandId();
  const title = t(direction === "in" ? "wallet.top_up" : "bank.withdraw");
  const dialog = openDialog({
    title,
    body: form({
      fields: [amount, channel],
      action: title,
      send: async () => {
        const typed = amount.need();
        if (!typed) return;
        const fields = { amount: typed, currency, channel: channel.value() };
        const command = direction === "in" ? "wallet.top_up" : "wallet.withdraw";
        const moved = await move(command, fields, id);
        dialog.close();
        moneyMoved();
        const done = direction === "in" ? "wallet.topped_up" : "bank.withdrawn";
        toast(moved.entry ? t(done, { amount: money(typed, currency) })
          : t(`bank.late_${direction}`));
      },
    }),
  });
}

/** What waits at banks; nothing is shown while nothing does. */
class AtBanks extends Part {
  start() {
    this.until(
      listen("money", () => this.load()),
      listen("noticed", ({ kind }) => {
        if (kind.startsWith("bank.") && hasWords(`notice.${kind}`)) toast(t(`notice.${kind}`));
      }),
    );
    this.load();
  }

  async load() {
    let payments = [];
    try {
      ({ payments } = await call("wallet.bank_payments", { open: true }));
    } catch {
      return;
    }
    if (!this.isConnected) return;
    refill(this, payments.length > 0 && h(
      "section", { class: "panel at-banks", "aria-label": t("bank.title") },
      h("h2", {}, t("bank.title")),
      h("ul", { class: "entries", "aria-live": "polite" }, payments.map(row)),
    ));
  }
}
customElements.define("kith-at-banks", AtBanks);

function row({ direction, channel, amount, currency, at }) {
  return h(
    "li", { class: "entry" },
    h("span", { class: "card-sign waits" }, icon("clock")),
    h("span", { class: "row-text" },
      h("span", { class: "bank-line" },
        h("span", { class: "row-name" }, t(`bank.${direction}`, { name: bankName(channel) })),
        sum(amount, currency, "strong")),
      h("span", { class: "bank-line" },
        h("span", { class: "tag wait" }, t("bank.waiting")),
        h("span", { class: "small soft" }, t("bank.asked", { moment: shortMoment(at) })))),
  );
}
