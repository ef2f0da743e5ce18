/** A proposal of how far to stand behind a friend, its reasons, and what it may draw on. */

import { h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money, signedMoney } from "../core/money.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { sum, toast } from "./parts.js";

const KINDS = ["loans", "transfers", "friendship", "mutual"];
const IN_MONEY = ["repaid_to_you", "repaid_by_you", "transfers"];

/** Return the proposal for a person; `use(amount)` takes it over, which sets nothing yet. */
export function proposal(person, use) {
  const body = h("div", { class: "proposal-body" });
  const details = h("details", { class: "proposal" },
    h("summary", {}, t("trust.proposal")), body);
  let isLoaded = false;
  const load = async () => {
    try {
      show(await call("trust.propose", { person }));
      isLoaded = true;
    } catch (error) {
      refill(body, h("p", { class: "soft" }, asRefused(error).sentence));
    }
  };
  const consentTo = async (kind, box) => {
    try {
      await call("trust.consent", { [kind]: box.checked });
      await load();
      body.querySelector(`input[name="${kind}"]`)?.focus();
    } catch (error) {
      box.checked = !box.checked;
      toast(asRefused(error).sentence);
    }
  };
  const show = ({ amount, because, consent }) => {
    const hasAny = KINDS.some((kind) => consent[kind]);
    refill(
      body,
      hasAny && h("div", { class: "proposed" },
        h("p", {}, t("trust.proposed"), " ", sum(amount, "CNY", "strong")),
        amount > 0 && h("button", {
          type: "button", class: "button plain small-button", onclick: () => use(amount),
        }, t("trust.use_it"))),
      hasAny && (because.length
        ? h("ul", { class: "reasons" }, because.map(reasonRow))
        : h("p", { class: "small soft" }, t("trust.no_reasons"))),
      h("fieldset", { class: "consents" },
        h("legend", {}, t("trust.draw_on")),
        KINDS.map((kind) => h("label", { class: "check" },
          h("input", {
            type: "checkbox", name: kind, checked: consent[kind],
            onchange: (event) => consentTo(kind, event.currentTarget),
          }),
          h("span", {}, t(`trust.consent_${kind}`))))),
      h("p", { class: "small soft" }, t("trust.proposal_note")),
    );
  };
  details.addEventListener("toggle", () => {
    if (details.open && !isLoaded) load();
  });
  return details;
}

function reasonRow({ reason, value, amount }) {
  const count = IN_MONEY.includes(reason) ? undefined : value;
  return h("li", {},
    h("span", {}, t(`trust.because_${reason}`, { amount: money(value), count })),
    h("span", { class: "money" }, signedMoney(amount)));
}
