/** What one was told: requests, money, mentions. Each leads to what it is about. */

import { listen } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { go } from "../core/router.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { hasMoreNotices, listNotices, loadNotices, markSeen } from "../state/notices.js";
import { state } from "../state/store.js";
import { empty, face, toast, whileBusy, who } from "./parts.js";

await needWords("-friends", "-circle", "-more", "-expenses", "-pin", "-pay", "-trust");

const PICTURES = { "card.expired": "clock", reminder: "bell" };

// Their text is no text of somebody's.
const CODED = ["tier.changed", "loan.changed"];

class Notices extends Part {
  #body = h("div", { class: "scroll" });

  start() {
    refill(this, h("header", { class: "head" }, h("h1", {}, t("nav.notices"))), this.#body);
    this.until(listen("notices", () => this.show()));
    this.show();
    markSeen();
  }

  show() {
    const notices = listNotices();
    if (!notices.length) {
      refill(this.#body, empty({
        picture: "bell", title: t("notice.none"), text: t("notice.none_text"),
      }));
      return;
    }
    refill(
      this.#body,
      h("ul", {}, notices.map((notice) => h("li", {}, noticeRow(notice)))),
      hasMoreNotices() && h("button", {
        type: "button", class: "link-button more-button",
        onclick: (event) => whileBusy(event.currentTarget, () => loadNotices({ older: true })),
      }, t("page.more")),
    );
    if (this.isConnected) markSeen();
  }
}
customElements.define("kith-notices", Notices);

function noticeRow(notice) {
  const name = notice.kind === "card.expired" && notice.person
    ? "notice.card.expired_with"
    : notice.kind === "loan.changed" ? `notice.loan.${notice.text}` : `notice.${notice.kind}`;
  return h(
    "button", { type: "button", class: "row", onclick: () => openNotice(notice) },
    notice.person ? face(notice.person, 40)
      : h("span", { class: "card-sign" }, icon(PICTURES[notice.kind] ?? "bell")),
    h("span", { class: "row-text" },
      h("span", { class: "row-line" },
        h("span", { class: "notice-text" }, tParts(name, { who: who(notice.person) })),
        h("time", { class: "small soft", datetime: notice.at }, shortMoment(notice.at))),
      notice.text && !CODED.includes(notice.kind)
        && h("span", { class: "clip soft", dir: "auto" }, notice.text)),
  );
}

// Where a thing is shown, by asking for it under each of the names that it may have.
const LOOKUPS = [
  ["transfer", ({ id }) => `/wallet/transfer/${id}`],
  ["loan", ({ id }) => `/wallet/loan/${id}`],
  ["split", ({ id, room }) => `/rooms/${room}/split/${id}`],
  ["envelope", ({ id, room }) => `/rooms/${room}/envelope/${id}`],
];

async function openNotice(notice) {
  if (notice.kind === "payment.asked") go("/wallet/requests");
  else if (/^(dispute|bank)\./.test(notice.kind)) go("/wallet/entries");
  else if (/^(friend|family)\./.test(notice.kind)) go(`/friends/${notice.person}`);
  else if (notice.kind === "tier.changed") go("/settings/identity");
  else if (notice.kind.startsWith("pin.")) go("/settings/pin");
  else if (notice.kind.startsWith("points.")) go("/settings/points");
  else if (notice.kind === "join.asked") go(`/rooms/${notice.ref}/info`);
  else if (notice.kind === "settlement.asked") go(`/rooms/${notice.ref}/balances`);
  else if (/^(mention|join)/.test(notice.kind)) go(`/rooms/${notice.ref}`);
  else if (notice.kind === "loan.changed") {
    go(notice.ref ? `/wallet/loan/${notice.ref}` : `/friends/${notice.person}`);
  } else if (notice.ref) await openMoney(notice.ref);
  else go("/wallet");
}

async function openMoney(ref) {
  for (const [name, address] of LOOKUPS) {
    try {
      const found = (await call(`${name}.get`, { [name]: ref }))[name];
      if (found.room && !state.rooms.has(found.room) && ["split", "envelope"].includes(name)) {
        go(name === "split" ? "/wallet/bills" : "/wallet/entries");
        return;
      }
      go(address(found));
      return;
    } catch (error) {
      if (!error.code?.endsWith(".not_found")) {
        toast(asRefused(error).sentence);
        return;
      }
    }
  }
  go("/wallet/entries");
}
