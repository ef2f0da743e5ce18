/** Which services ask whether one's Pay Points are enough, and what they learned. */

import { listen } from "../core/bus.js";
import { Part, h, refill, refillHeld } from "../core/dom.js";
import { hasWords, needWords, t, tParts } from "../core/i18n.js";
import { fullMoment, shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { face, spinner, toast, whileBusy, who } from "./parts.js";

await needWords("-points");

class PointsGates extends Part {
  #asked = [];

  start() {
    refill(this, spinner());
    this.until(listen("noticed", ({ kind }) => kind === "points.asked" && this.load()));
    this.load();
  }

  async load() {
    try {
      const [gates, { asked, more }] = await Promise.all([
        call("points.gates"), call("points.asked"),
      ]);
      this.#asked = asked;
      if (this.isConnected) this.show(gates, more);
    } catch (error) {
      if (this.isConnected) refill(this, h("p", { class: "problem", role: "alert" },
        asRefused(error).sentence));
    }
  }

  show({ gates, consents, grants }, more) {
    const thresholds = new Map(gates.map(({ gate, threshold }) => [gate, threshold]));
    const now = Date.now();
    const isGiven = (one) => one.status === "given" && Date.parse(one.until) > now;
    const waiting = consents.filter((one) => one.status === "asked");
    const given = consents.filter(isGiven);
    const refused = consents.filter((one) => one.status === "refused");
    const isOpen = this.querySelector("details")?.open ?? false;
    refillHeld(this, [
      h("h2", {}, t("points.services")),
      h("p", { class: "soft" }, t("points.services_text")),
      h("ul", { class: "points-gates" },
        waiting.map((one) => this.row(one, thresholds, [["yes", true], ["no", false]])),
        given.map((one) => this.row(one, thresholds, [["take_back", false]], grants)),
        refused.map((one) => this.row(one, thresholds, [["yes", true]]))),
      !waiting.length && !given.length && !refused.length
        && h("p", { class: "soft" }, t("points.services_none")),
      this.#asked.length > 0 && h("details", { class: "points-asked", open: isOpen },
        h("summary", {}, h("h3", {}, t("points.asked"))),
        h("ul", {}, this.#asked.map(askedRow)),
        more && h("button", {
          type: "button", class: "link-button", onclick: (event) => this.more(event),
        }, t("page.more"))),
    ]);
  }

  row(consent, thresholds, buttons, grants = []) {
    const { service, gate, status, until } = consent;
    const grant = grants.find((one) => one.service === service && one.gate === gate);
    const places = {
      who: who(service), gate: gateName(gate), threshold: thresholds.get(gate) ?? "",
      until: until ? fullMoment(until) : "",
    };
    return h("li", { data: { consent: `${service} ${gate}` } }, face(service, 40),
      h("div", {},
        h("p", {}, tParts(`points.consent.${status}`, places)),
        grant && h("p", { class: "small soft" },
          t("points.granted", { until: fullMoment(grant.until) })),
        h("div", { class: "buttons" }, buttons.map(([name, allow]) => h("button", {
          type: "button", class: `button small-button ${allow ? "" : "plain"}`,
          "aria-label": t(`points.${name}_gate`, { gate: gateName(gate) }),
          data: { held: `${service} ${gate} ${name}` },
          onclick: (event) => whileBusy(event.currentTarget,
            () => this.answer({ service, gate, allow })),
        }, t(`points.${name}`))))));
  }

  async answer(fields) {
    try {
      await call("points.answer_service", fields);
      await this.load();
      this.focusOn(fields);
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }

  /** Go on with the keyboard where an answer was given, unless somebody went elsewhere. */
  focusOn({ service, gate }) {
    if (document.activeElement !== document.body) return;
    this.querySelector(`[data-consent="${service} ${gate}"] button`)?.focus();
  }

  async more(event) {
    const button = event.currentTarget;
    const list = button.previousElementSibling;
    await whileBusy(button, async () => {
      try {
        const { asked, more } = await call("points.asked", { before: this.#asked.at(-1).id });
        this.#asked.push(...asked);
        list.append(...asked.map(askedRow));
        if (!more) button.remove();
      } catch (error) {
        toast(asRefused(error).sentence);
      }
    });
  }
}
customElements.define("kith-points-gates", PointsGates);

function gateName(gate) {
  return hasWords(`points.gate.${gate}`) ? t(`points.gate.${gate}`) : gate;
}

function askedRow({ service, gate, allowed, reason, at }) {
  return h("li", {},
    h("span", {}, tParts("points.asked_row", { who: who(service), gate: gateName(gate) }),
      h("br", {}), h("span", { class: "small soft" }, t(`points.why.${reason}`))),
    h("span", { class: allowed ? "tag good" : "tag" },
      t(allowed ? "points.said_yes" : "points.said_no")),
    h("time", { class: "small soft", datetime: at }, shortMoment(at)));
}
