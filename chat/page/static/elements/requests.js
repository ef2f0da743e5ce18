/** What one is asked for, what one asks others for, vouchers got and given; a receipt. */

import { listen } from "../core/bus.js";
import { Part, fill, h, icon, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { fullMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { state } from "../state/store.js";
import { stateTag } from "./card-parts.js";
import { requestCard } from "./card-request.js";
import { openDialog } from "./dialog.js";
import { form, textField } from "./fields.js";
import { empty, paneHead, skeletons, spinner, sum, toast, who } from "./parts.js";

await needWords("-pay", "-more", "-bank");

const PAGE = 100;

class Requests extends Part {
  #body = h("div", { class: "page" });

  get pageTitle() {
    return t("requests_page.title");
  }

  start() {
    const issue = h("button", {
      type: "button", class: "button plain small-button", onclick: openIssue,
    }, t("issue.action"));
    refill(this, fill(paneHead(this.pageTitle, "/wallet"), [issue]),
      h("div", { class: "scroll" }, this.#body));
    refill(this.#body, skeletons(3));
    this.until(listen("money", () => this.load()));
    this.load();
  }

  async load() {
    try {
      const [mine, theirs, held, given] = await Promise.all([
        call("payment_request.list", { role: "payer" }),
        call("payment_request.list", { role: "requester" }),
        call("voucher.list", { limit: PAGE }),
        call("voucher.list", { role: "funder", limit: PAGE }),
      ]);
      if (!this.isConnected) return;
      const lists = [
        [t("requests_page.to_pay"), mine.payment_requests.map(asCard)],
        [t("requests_page.asked"), theirs.payment_requests.map(asCard)],
        [t("voucher.title"), held.vouchers.map((one) => voucherRow(one, { from: one.funder }))],
        [t("issue.given"), given.vouchers.map((one) => voucherRow(one, { to: one.holder }))],
      ].filter(([, rows]) => rows.length > 0);
      refill(this.#body, lists.length
        ? lists.map(([title, rows]) => h("section", {},
          h("h2", { class: "list-title flush" }, title),
          h("ul", { class: "links" }, rows.map((row) => h("li", {}, row)))))
        : empty({
          picture: "transfer", title: t("requests_page.none"),
          text: t("requests_page.none_text"),
          action: h("button", { type: "button", class: "button", onclick: openIssue },
            t("issue.action")),
        }));
    } catch (error) {
      refill(this.#body, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-requests", Requests);

function asCard(request) {
  return requestCard(request, state.rooms.has(request.room) ? request.room : null);
}

async function openIssue() {
  (await import("./form-voucher.js")).voucherForm();
}

function voucherRow(voucher, { from, to }) {
  const waits = voucher.opens_at && Date.parse(voucher.opens_at) > Date.now();
  return h(
    "section", { class: `card is-${voucher.status}`, "aria-label": t("voucher.one") },
    h("div", { class: "card-head" },
      h("span", { class: "card-sign" }, icon("ticket")),
      h("span", { class: "card-title" },
        h("strong", { class: "card-amount" }, sum(voucher.amount, voucher.currency)),
        h("span", { class: "small soft clip" },
          from ? tParts("voucher.from", { who: who(from) })
            : tParts("issue.to", { who: who(to) })))),
    voucher.note && h("p", { class: "card-note", dir: "auto" }, voucher.note),
    h("p", { class: "card-state" },
      stateTag(t(`voucher.is_${voucher.status}`), voucher.status === "open" ? "good" : ""),
      to && voucher.status === "expired" && h("span", { class: "small soft" }, t("issue.got")),
      to && voucher.status === "used" && voucher.used_amount < voucher.amount
        && h("span", { class: "small soft" }, t("issue.used_of",
          { amount: money(voucher.used_amount, voucher.currency) })),
      voucher.status === "open" && h("span", { class: "small soft" }, waits
        ? t("voucher.opens", { moment: fullMoment(voucher.opens_at) })
        : t("voucher.until", { moment: fullMoment(voucher.expires_at) }))),
  );
}

class Receipt extends Part {
  #body = h("div", { class: "page" });

  get pageTitle() {
    return t("receipt.title");
  }

  start() {
    refill(
      this, paneHead(this.pageTitle, "/wallet/entries"), h("div", { class: "scroll" }, this.#body)
    );
    refill(this.#body, spinner());
    this.load();
  }

  async load() {
    try {
      const { receipt } = await call("receipt.get", { receipt: this.route.receipt });
      if (this.isConnected) refill(this.#body, receiptParts(receipt));
    } catch (error) {
      refill(this.#body, empty({ picture: "lock", text: asRefused(error).sentence }));
    }
  }
}
customElements.define("kith-receipt", Receipt);

function receiptParts(receipt) {
  const fact = (name, value) => [h("dt", {}, name), h("dd", { dir: "auto" }, value)];
  return [
    h("div", { class: "hero" }, h("p", { class: "hero-sum" },
      sum(receipt.amount, receipt.currency))),
    h("dl", { class: "facts section" },
      fact(t("receipt.number"), h("span", { class: "number" }, receipt.number)),
      fact(t("pay.from"), who(receipt.from, { you: true })),
      fact(t("pay.to"), who(receipt.to, { you: true })),
      fact(t("pay.at"), fullMoment(receipt.at)),
      receipt.note && fact(t("form.note"), receipt.note)),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "button", onclick: () => print() }, t("receipt.print")),
      receipt.from === state.me.id && h("button", {
        type: "button", class: "button plain", onclick: () => openDispute(receipt),
      }, t("dispute.open"))),
  ];
}

/** Ask why, and dispute the payment. */
function openDispute(receipt) {
  const reason = textField({
    label: t("dispute.reason"), hint: t("dispute.hint"), name: "reason", maxlength: 1000,
    autofocus: true,
  });
  const id = new CommandId();
  const dialog = openDialog({
    title: t("dispute.open"),
    body: form({
      fields: reason,
      action: t("dispute.send"),
      send: async () => {
        if (!reason.value()) {
          reason.complain(t("dispute.needed"));
          return;
        }
        const fields = { receipt: receipt.number, reason: reason.value() };
        await call("dispute.open", fields, { id: id.for(fields) });
        dialog.close();
        toast(t("dispute.opened"));
      },
    }),
  });
}
