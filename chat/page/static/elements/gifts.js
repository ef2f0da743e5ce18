/** Red envelopes one sent and got: a year of them, and all of them, newest first. */

import { listen } from "../core/bus.js";
import { Part, h, icon, iconButton, refill } from "../core/dom.js";
import { locale, needWords, t, tParts } from "../core/i18n.js";
import { money, signedMoney } from "../core/money.js";
import { go, route } from "../core/router.js";
import { needStyle } from "../core/styles.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { titleOf } from "../state/rooms.js";
import { serverNow, state } from "../state/store.js";
import { seal } from "./envelope.js";
import { choiceField } from "./fields.js";
import { announce, empty, paneHead, skeletons, sum, toast, whileBusy, who } from "./parts.js";

await Promise.all([needWords("-gifts"), needStyle("gifts")]);

const PAGE = 30;
const FIRST_YEAR = 2000;

class Gifts extends Part {
  #year = h("div", {});
  #list = h("div", {});
  #envelopes = [];
  #hasMore = false;
  #role = "all";
  #currency = "CNY";

  get pageTitle() {
    return t("gifts.title");
  }

  get year() {
    return Number(route().year ?? thisYear());
  }

  start() {
    const kinds = choiceField({
      label: t("gifts.which"), name: "role", value: this.#role,
      options: ["all", "sent", "got"].map((role) => [role, t(`gifts.${role}`)]),
      onchange: () => {
        this.#role = kinds.value();
        this.load();
      },
    });
    kinds.classList.add("gift-kinds");
    refill(
      this,
      paneHead(this.pageTitle, "/wallet"),
      h("div", { class: "scroll" },
        h("div", { class: "page narrow" }, this.#year, kinds, this.#list)),
    );
    refill(this.#year, skeletons(3));
    refill(this.#list, skeletons(4));
    this.until(
      listen("route", () => route().name === "gifts" && this.loadYear()),
      listen("money", () => {
        this.loadYear();
        this.load();
      }),
    );
    this.loadYear();
    this.load();
  }

  // --- The year ----------------------------------------------------------------------------------

  async loadYear() {
    const { year } = this;
    try {
      const found = await call("envelope.summary", { year, currency: this.#currency });
      if (!this.isConnected || year !== this.year) return;
      // What one pressed is drawn anew, and stays in focus.
      const held = this.#year.contains(document.activeElement)
        && document.activeElement.dataset.action;
      refill(this.#year, this.yearPanel(found));
      if (!held) return;
      announce(t("gifts.year", { year: String(year) }));
      (this.#year.querySelector(`[data-action="${held}"]:enabled`)
        ?? this.#year.querySelector("button:enabled"))?.focus();
    } catch (error) {
      refill(this.#year, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  yearPanel(found) {
    const { year } = found;
    const turn = (picture, name, to, disabled) => iconButton(
      picture, t(name), () => go(`/wallet/envelopes/${to}`, { replace: true }),
      { disabled, data: { action: name } },
    );
    const hasAny = found.sent.count > 0 || found.got.count > 0;
    return h(
      "section", { class: "year", "aria-labelledby": "year-title" },
      h("div", { class: "year-head" },
        turn("back", "gifts.year_before", year - 1, year <= FIRST_YEAR),
        h("h2", { id: "year-title" }, t("gifts.year", { year: String(year) })),
        turn("next", "gifts.year_after", year + 1, year >= thisYear())),
      found.currencies.length > 1 && this.currencies(found),
      hasAny ? yearBody(found) : h("p", {}, t("gifts.year_none")),
    );
  }

  currencies(found) {
    return h(
      "div", { class: "buttons", role: "group", "aria-label": t("gifts.currency") },
      found.currencies.map((currency) => h("button", {
        type: "button", class: "button small-button plain", data: { action: currency },
        "aria-pressed": String(currency === found.currency),
        onclick: () => {
          this.#currency = currency;
          this.loadYear();
        },
      }, currency)),
    );
  }

  // --- All of them -------------------------------------------------------------------------------

  async load({ older = false } = {}) {
    const role = this.#role;
    try {
      const page = await call("envelope.history", {
        limit: PAGE, ...(role === "all" ? {} : { role }),
        ...(older ? { before: this.#envelopes.at(-1).id } : {}),
      });
      if (!this.isConnected || role !== this.#role) return;
      this.#envelopes = older ? [...this.#envelopes, ...page.envelopes] : page.envelopes;
      this.#hasMore = page.more;
      this.show();
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }

  show() {
    if (!this.#envelopes.length) {
      refill(this.#list, empty({
        picture: "envelope", title: t("gifts.none"), text: t("gifts.none_text"),
      }));
      return;
    }
    refill(
      this.#list,
      h("ul", { class: "panel entries" }, this.#envelopes.map(giftRow)),
      this.#hasMore && h("button", {
        type: "button", class: "button plain wide",
        onclick: (event) => whileBusy(event.currentTarget, () => this.load({ older: true })),
      }, t("page.more")),
    );
  }
}
customElements.define("kith-gifts", Gifts);

function thisYear() {
  return new Date(serverNow()).getFullYear();
}

function yearBody(found) {
  const { currency, best, generous } = found;
  const amount = (minor) => money(minor, currency);
  const side = (name, { count, amount: minor }) => h("div", {},
    h("dt", {}, t(`gifts.year_${name}`, { count })), h("dd", {}, sum(minor, currency)));
  const fact = (picture, ...words) => h("li", {}, icon(picture), h("span", {}, words));
  return [
    h("dl", { class: "year-sums" }, side("got", found.got), side("sent", found.sent)),
    h("ul", { class: "year-facts" },
      found.luckiest > 0
        && fact("crown", t("gifts.year_luckiest", { count: found.luckiest })),
      best && fact("top", tParts("gifts.year_best", {
        amount: amount(best.amount), who: who(best.sender, { you: "inside" }),
      })),
      generous && fact("friends", tParts(
        generous.count === 1 ? "gifts.year_generous_one" : "gifts.year_generous",
        { who: who(generous.person), amount: amount(generous.amount), count: generous.count },
      )),
      found.thanked > 0 && fact("smile", t("gifts.year_thanked", { count: found.thanked })),
      found.returned > 0
        && fact("undo", t("gifts.year_returned", { amount: amount(found.returned) }))),
    months(found),
  ];
}

function months({ months: all, year, currency }) {
  const most = Math.max(1, ...all.flatMap(({ sent, got }) => [sent, got]));
  const name = (month, style) => new Intl.DateTimeFormat(locale(), { month: style })
    .format(new Date(year, month - 1, 1));
  const bar = (minor) => h("span", { style: { "--part": String(minor / most) } });
  return [
    h("ol", { class: "months", "aria-label": t("gifts.months") },
      all.map(({ month, sent, got }) => h(
        "li", {},
        h("span", { class: "sr-only" }, t("gifts.month", {
          month: name(month, "long"), got: money(got, currency), sent: money(sent, currency),
        })),
        h("span", { class: "month-bars", "aria-hidden": "true" }, bar(got), bar(sent)),
        h("span", { "aria-hidden": "true" }, name(month, "narrow")),
      ))),
    h("p", { class: "year-key small", "aria-hidden": "true" },
      h("span", {}, t("gifts.got")), h("span", {}, t("gifts.sent"))),
  ];
}

function giftRow(envelope) {
  const isMine = envelope.sender === state.me.id;
  const room = state.rooms.get(envelope.room);
  const opened = t("envelope.claimed", { claimed: envelope.claimed, count: envelope.count });
  const row = [
    seal(),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name", dir: "auto" },
        isMine ? room ? titleOf(room) : t("rooms.unnamed") : who(envelope.sender)),
      h("span", { class: "clip small soft" },
        [opened, shortMoment(envelope.at)].join(" · ")),
      h("span", { class: "clip small soft", dir: "auto" },
        envelope.greeting || t("envelope.greeting"))),
    h("span", { class: "share-sum" },
      giftSum(isMine ? -envelope.amount : envelope.mine.amount, envelope.currency),
      isMine && envelope.mine
        && h("span", { class: "small good money" },
          signedMoney(envelope.mine.amount, envelope.currency)),
      envelope.returned > 0 && h("span", { class: "small soft" },
        t("gifts.came_back", { amount: money(envelope.returned, envelope.currency) })),
      envelope.mine?.person === envelope.luckiest && h("span", { class: "luckiest small" },
        icon("crown", "icon small"), t("envelope.luckiest"))),
  ];
  // What was in a conversation that is no more leads nowhere.
  const href = `/rooms/${envelope.room}/envelope/${envelope.id}`;
  return h("li", { class: "gift" },
    room ? h("a", { class: "row", href }, row) : h("div", { class: "row" }, row));
}

function giftSum(amount, currency) {
  return h("span", { class: `money strong ${amount > 0 ? "good" : ""}` },
    signedMoney(amount, currency),
    h("span", { class: "sr-only" }, ` ${t(amount > 0 ? "entry.in" : "entry.out")}`));
}
