/** A payment that waits for a bank: it goes on by itself once the bank has answered. */

import { listen } from "../core/bus.js";
import { h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { announce, spinner, sum, whileBusy } from "./parts.js";

await needWords("-bank");

/** Show that the bank has not answered; `goOn(problem)` asks again, `change()` chooses anew. */
export function showWaiting({ body, dialog }, waits, { goOn, change }) {
  const problem = h("div", { class: "problem", role: "alert" });
  const again = h("button", { type: "button", class: "button wide" }, t("bank.ask_again"));
  const ask = () => whileBusy(again, async () => {
    end();
    await goOn(problem);
  });
  again.addEventListener("click", ask);
  const end = listen("noticed", ({ kind, ref }) => {
    if (kind.startsWith("bank.") && ref === waits.id) ask();
  });
  dialog.addEventListener("close", end);
  announce(t("bank.waiting"));
  refill(
    body,
    h("p", { class: "payment-sum" }, sum(waits.amount, waits.currency)),
    h("p", { class: "bank-waits" }, spinner(), h("span", { class: "tag wait" },
      t("bank.waiting"))),
    h("p", { class: "note wait" }, t("bank.waiting_text")),
    problem,
    again,
    h("button", { type: "button", class: "link-button", onclick: () => {
      end();
      change();
    } }, t("pay.change")),
  );
  again.focus();
}
