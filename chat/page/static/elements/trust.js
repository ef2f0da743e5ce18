/** Trust between oneself and a friend: a line with a slider, what is proposed, what happened. */

import { listen, tell } from "../core/bus.js";
import { Part, freshId, h, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { form, moneyField, selectField } from "./fields.js";
import { spinner, sum, toast, who } from "./parts.js";
import { agree } from "./trust-consent.js";
import { historyOf } from "./trust-history.js";
import { proposal } from "./trust-proposal.js";

await Promise.all([needWords("-trust"), needStyle("trust")]);

// What a slider reaches at least, and its steps: whole tens of yuan above what is in use.
const REACH = 50_000;
const STEP = 1_000;
const LENDERS = ["any", "friends", "nobody"];

class Trust extends Part {
  #lines = null;
  #shown = "";
  #id = new CommandId();

  start() {
    this.until(listen("trust", () => this.load()), listen("money", () => this.load()));
    if (this.#lines) return;
    refill(this, h("section", { class: "panel" }, spinner()));
    this.load();
  }

  async load() {
    let found;
    try {
      found = await call("trust.list");
    } catch (error) {
      if (!this.#lines) {
        refill(this, h("section", { class: "panel" },
          h("p", { class: "soft" }, asRefused(error).sentence)));
      }
      return;
    }
    this.#lines = {
      given: found.given.find((line) => line.to === this.person),
      received: found.received.find((line) => line.from === this.person),
    };
    this.show();
  }

  show() {
    // What somebody has begun to set stays, unless the line itself is another one by now.
    const look = JSON.stringify(this.#lines);
    if (this.#shown === look) return;
    this.#shown = look;
    const { given, received } = this.#lines;
    const focused = document.activeElement;
    const isInside = this.contains(focused);
    refill(this, h(
      "section", { class: "panel trust", "aria-labelledby": "trust-title" },
      h("h2", { id: "trust-title" }, t("trust.title")),
      h("div", { class: "trust-line" },
        h("div", {},
          h("p", {}, tParts("trust.given", { who: who(this.person) })),
          h("p", { class: "small soft" },
            given?.capacity ? lineWords(given) : t("trust.none_given"))),
        h("p", { class: "trust-sum" }, sum(given?.capacity ?? 0))),
      this.setter(given),
      given && historyOf(this.person, "given"),
      h("div", { class: "trust-line" },
        h("div", {},
          h("p", {}, tParts("trust.received", { who: who(this.person) })),
          h("p", { class: "small soft" }, received?.capacity
            ? t("trust.use", { used: money(received.reserved), free: money(received.free) })
            : t("trust.none_received", { name: nameOf(this.person) }))),
        h("p", { class: "trust-sum" }, sum(received?.capacity ?? 0))),
      received && historyOf(this.person, "received"),
    ));
    // The button is gone once the line is what was chosen; the slider beside it is always there.
    const field = focused.name && this.querySelector(`[name="${focused.name}"]`);
    if (isInside) (field || this.querySelector(".slider")).focus({ preventScroll: true });
  }

  /** Return the slider, the exact amount beside it, and for whose loans. */
  setter(line) {
    const least = line?.reserved ?? 0;
    const now = line?.capacity ?? 0;
    const chosen = line?.lenders ?? "any";
    const amount = moneyField({
      label: t("trust.exact"), name: "amount", amount: now,
      hint: least ? t("trust.at_least", { amount: money(least) }) : t("trust.zero"),
    });
    const lenders = selectField({
      label: t("trust.lenders"), name: "lenders", value: chosen,
      options: LENDERS.map((key) => [key, t(`trust.lenders_${key}`)]),
    });
    const slide = slider(this.person, { least, now });
    const isChanged = () => typedIn(amount) !== now || lenders.value() !== chosen;
    const set = form({
      fields: [
        slide, amount, lenders,
        proposal(this.person, (proposed) => {
          amount.input.value = (Math.max(proposed, least) / 100).toFixed(2);
          amount.input.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
      action: t("trust.set"),
      send: () => this.send({ amount, lenders, least, now, line }),
    });
    set.button.hidden = true;
    set.addEventListener("input", (event) => {
      if (event.target === slide.input) {
        amount.input.value = (slide.value() / 100).toFixed(2);
        amount.complain();
      } else if (event.target === amount.input && amount.value() !== null) {
        slide.show(amount.value());
      }
      set.button.hidden = !isChanged();
    });
    return set;
  }

  async send({ amount, lenders, least, now, line }) {
    const typed = typedIn(amount);
    if (typed === null) {
      amount.complain(t("form.amount_needed"));
      return;
    }
    if (typed < least) {
      amount.complain(t("trust.at_least", { amount: money(least) }));
      return;
    }
    const chosen = lenders.value();
    // Less for the same or fewer lenders is no new promise.
    const isMore = typed > now || LENDERS.indexOf(chosen) < LENDERS.indexOf(line?.lenders ?? "any");
    const isAgreed = typed === 0 || !isMore
      || await agree({ person: this.person, amount: typed, lenders: chosen, used: least });
    if (!isAgreed) return;
    const fields = { person: this.person, amount: typed, lenders: chosen };
    await call("trust.set", fields, { id: this.#id.for(fields) });
    tell("trust");
    const places = { name: nameOf(this.person), amount: money(typed) };
    toast(t(typed ? "trust.saved" : "trust.ended", places));
  }
}
customElements.define("kith-trust", Trust);

// An empty field ends the line, as 0.00 does.
function typedIn(field) {
  return field.input.value.trim() === "" ? 0 : field.value();
}

/** Return a slider from what is in use upwards; `show(amount)` moves it. */
function slider(person, { least, now }) {
  const id = freshId("slider");
  const input = h("input", { type: "range", id, class: "slider", step: String(STEP) });
  const [left, right] = [h("span", {}), h("span", {})];
  const field = h("div", { class: "field" },
    h("label", { for: id }, t("trust.slide", { name: nameOf(person) })), input,
    h("p", { class: "slider-ends small soft", "aria-hidden": "true" }, left, right));
  const stretch = (amount) => {
    const most = least + Math.ceil(Math.max(REACH, 2 * amount - least) / STEP) * STEP;
    input.min = String(least);
    input.max = String(Math.max(most, Number(input.max) || 0));
    refill(left, least ? t("trust.stop", { amount: money(least) }) : money(0));
    refill(right, money(Number(input.max)));
  };
  const say = (amount) => input.setAttribute("aria-valuetext", money(amount));
  field.input = input;
  field.value = () => Number(input.value);
  field.show = (amount) => {
    stretch(amount);
    input.value = String(amount);
    say(amount);
  };
  input.addEventListener("input", () => say(Number(input.value)));
  input.max = "0";
  field.show(now);
  return field;
}

function lineWords(line) {
  const use = t("trust.use", { used: money(line.reserved), free: money(line.free) });
  const burned = line.burned ? ` ${t("trust.burned", { amount: money(line.burned) })}` : "";
  return `${use} ${t("trust.sentence", { text: t(`trust.lenders_${line.lenders}`) })}${burned}`;
}
