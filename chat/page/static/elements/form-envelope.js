/** Filling a red envelope. */

import { h, refill } from "../core/dom.js";
import { t, tList } from "../core/i18n.js";
import { money } from "../core/money.js";
import { state } from "../state/store.js";
import { titleOf } from "../state/rooms.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";
import { choiceField, form, moneyField, numberField, textField } from "./fields.js";
import { memberChoice } from "./members.js";
import { openPayment } from "./payment.js";

// The service has the last word; these spare a way there and back.
const LARGEST_SHARE = 20_000;
const MOST_SHARES = 500;

/** Open the form for a room; `before` is what was typed when one comes back to it. */
export function envelopeForm(room, before = {}) {
  const isGroup = !room.with;
  const others = [...room.members.values()].filter(({ person }) => person !== state.me.id);
  const kind = choiceField({
    label: t("envelope.kind"), name: "kind", value: before.kind ?? "random",
    options: [["random", t("envelope.random")], ["equal", t("envelope.equal")]],
    onchange: () => show(),
  });
  const amount = moneyField({
    label: t("envelope.amount"), name: "amount", amount: before.typed, big: true, autofocus: true,
  });
  const count = numberField({
    label: t("envelope.count"), name: "count", min: 1, max: MOST_SHARES,
    value: before.count ?? Math.min(MOST_SHARES, room.members.size || 1),
  });
  const greeting = textField({
    label: t("envelope.greeting_label"), name: "greeting", maxlength: 200,
    placeholder: t("envelope.greeting"), value: before.greeting ?? "",
  });
  const password = textField({
    label: t("envelope.password_label"), name: "password", maxlength: 64, autocomplete: "off",
    hint: t("envelope.password_hint"), value: before.password ?? "",
  });
  const only = memberChoice({ label: t("envelope.only"), members: others, chosen: before.only });
  const total = h("p", { class: "form-total" });

  const read = () => {
    const typed = amount.value() ?? 0;
    const shares = isGroup ? count.value() ?? 0 : 1;
    const isEqual = isGroup && kind.value() === "equal";
    return { typed, shares, isEqual, whole: isEqual ? typed * shares : typed };
  };
  const show = () => {
    amount.querySelector("label").textContent = t(
      read().isEqual ? "envelope.amount_each" : "envelope.amount",
    );
    refill(total, t("envelope.total"), h("span", { class: "money" }, ` ${money(read().whole)}`));
  };
  const check = () => {
    if (!amount.need() || (isGroup && !count.need())) return null;
    const { typed, shares, isEqual, whole } = read();
    if (whole < shares) return void amount.complain(t("envelope.too_little"));
    if (whole > shares * LARGEST_SHARE) {
      return void amount.complain(t("envelope.too_much", { amount: money(LARGEST_SHARE) }));
    }
    return { typed, shares, isEqual, whole };
  };
  const body = form({
    fields: [
      isGroup && kind, amount, isGroup && count, greeting,
      h("details", { class: "more", open: Boolean(before.password || before.only?.length) },
        h("summary", {}, t("form.more")),
        h("div", { class: "form" }, password, isGroup && others.length > 0 && only)),
      isGroup && total,
    ],
    action: t("pay.next"),
    className: "red",
    send: async () => {
      const checked = check();
      if (!checked) return;
      const { typed, shares, isEqual, whole } = checked;
      const chosen = isGroup ? only.value() : [];
      const fields = {
        room: room.room, amount: whole, count: shares, kind: isEqual ? "equal" : "random",
        greeting: greeting.value(),
        ...(chosen.length ? { only: chosen } : {}),
        ...(password.value() ? { password: password.value() } : {}),
      };
      const again = () => envelopeForm(room, {
        typed, count: shares, kind: kind.value(), greeting: greeting.value(),
        password: password.value(), only: chosen,
      });
      dialog.close();
      confirmEnvelope(room, fields, chosen, again);
    },
  });
  const dialog = openDialog({ title: t("card.envelope"), body, className: "red-dialog" });
  body.addEventListener("input", show);
  show();
}

function confirmEnvelope(room, fields, chosen, again) {
  const names = tList(chosen.map(nameOf)).join("");
  openPayment({
    title: t("envelope.send_title"),
    to: room.with ?? { name: titleOf(room), picture: "friends" },
    amount: fields.amount,
    verb: t("envelope.send", { amount: money(fields.amount) }),
    rows: [
      !room.with && [t("envelope.shares"), String(fields.count)],
      !room.with && [t("envelope.kind"), t(`envelope.${fields.kind}`)],
      names && [t("envelope.only"), names],
    ],
    explain: t("envelope.send_text"),
    receiptTitle: t("envelope.sent"),
    command: "envelope.send", fields, again,
  });
}
