/** Paying what somebody asks for: vouchers that fit first, then the balance or a bank. */

import { needWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { availableIn, loadWallet, moneyMoved } from "../state/wallet.js";
import { nameOf } from "../state/people.js";
import { serverNow } from "../state/store.js";
import { AUTO, listBanks } from "./banking.js";
import { confirmFirst } from "./dialog.js";
import { openPayment } from "./payment.js";
import { toast, whileBusy } from "./parts.js";

await needWords("-bank");

// A payment names twenty sources at most; two are for what vouchers leave.
const MOST = 18;

/**
 * Return the vouchers that fit into the amount as a whole, those that expire first first, and the
 * smallest of the others that covers what those leave.
 */
function choose(vouchers, { amount, currency }) {
  const usable = vouchers.filter((one) => one.status === "open" && one.currency === currency
    && (!one.opens_at || Date.parse(one.opens_at) <= serverNow()));
  usable.sort((one, other) => one.expires_at.localeCompare(other.expires_at));
  let rest = amount;
  const chosen = [];
  for (const voucher of usable) {
    if (voucher.amount <= rest && chosen.length < MOST) {
      chosen.push(voucher);
      rest -= voucher.amount;
    }
  }
  const larger = usable.filter((one) => rest > 0 && one.amount > rest)
    .sort((one, other) => one.amount - other.amount)[0];
  return { chosen, rest, larger };
}

/** Return from where the rest can come: the balance, a bank, both, or a voucher worth more. */
function waysFor(rest, { currency, banks, larger, make }) {
  const available = availableIn(currency) ?? 0;
  const both = available > 0 && available < rest && banks.length > 0 && {
    key: "both", label: t("bank.balance_and"), fromBalance: available,
    explain: t("bank.balance_and_text", {
      balance: money(available, currency), bank: money(rest - available, currency),
    }),
    fields: make({ balance: available }, { channel: AUTO, amount: rest - available }),
  };
  const own = { key: "balance", label: t("bank.balance"), fromBalance: rest,
    fields: make({ balance: rest }) };
  return [
    ...(both ? [both, own] : [own]),
    ...banks.map(([channel, label]) => ({
      key: channel, label, fromBalance: 0, fields: make({ channel, amount: rest }),
    })),
    ...(larger ? [{
      key: "voucher", label: t("voucher.larger", { amount: money(larger.amount, currency) }),
      explain: t("voucher.larger_text", { amount: money(larger.amount - rest, currency) }),
      fromBalance: 0, fields: make({ voucher: larger.id }),
    }] : []),
  ];
}

/** Show what is to be paid from which source, and pay it. */
export function payRequest(card, button) {
  return whileBusy(button, async () => {
    let [vouchers, banks] = [[], []];
    try {
      [{ vouchers }, banks] = await Promise.all([
        call("voucher.list", { limit: 200 }), listBanks({ withInstant: false }), loadWallet(),
      ]);
    } catch (error) {
      toast(asRefused(error).sentence);
      return;
    }
    const { chosen, rest, larger } = choose(vouchers, card);
    const { currency } = card;
    const make = (...more) => ({
      payment_request: card.id, sources: [...chosen.map(({ id }) => ({ voucher: id })), ...more],
    });
    const covered = card.amount - rest;
    openPayment({
      title: t("request.pay_title"), to: card.from, amount: card.amount, currency,
      fromBalance: rest,
      rows: [
        covered > 0 && [t("voucher.used"), t("voucher.used_of",
          { count: chosen.length, amount: money(covered, currency) })],
        card.note && [t("form.note"), card.note],
      ],
      command: "payment_request.pay", fields: make(),
      ways: rest > 0 ? waysFor(rest, { currency, banks, larger, make }) : null,
      waits: ({ bank }) => (bank && bank.status !== "done" ? bank : null),
    });
  });
}

/** Refuse to pay, for good. */
export async function declineRequest(card) {
  const isSure = await confirmFirst({
    title: t("request.decline_title"), action: t("request.decline"),
    text: t("request.decline_text", { name: nameOf(card.from) }),
  });
  if (!isSure) return;
  try {
    await call("payment_request.decline", { payment_request: card.id });
    moneyMoved();
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
