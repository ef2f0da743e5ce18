/** Opening an envelope: the flap lifts, the amount counts up, then who got what. */

import { listen } from "../core/bus.js";
import { h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { money } from "../core/money.js";
import { needStyle } from "../core/styles.js";
import { shortMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { askShare, noteShare, ownShare, takeEnvelope } from "../state/cards.js";
import { state } from "../state/store.js";
import { moneyMoved } from "../state/wallet.js";
import { envelopeState } from "./card-envelope.js";
import { seal } from "./envelope.js";
import { rememberFocus } from "./dialog.js";
import { textField } from "./fields.js";
import { announce, face, spinner, sum, toast, whileBusy, who } from "./parts.js";

await Promise.all([needWords("-gifts"), needStyle("gifts")]);

const FLAP_MS = 400;
const COUNT_MS = 700;
const SPARKS = 14;
const THANKS = ["🙏", "❤️", "🎉", "🧧"];

function show(dialog, ...parts) {
  // Others open their shares meanwhile; what one is about to press stays in focus.
  const { activeElement } = document;
  const held = dialog.contains(activeElement) && activeElement.dataset.action;
  refill(
    dialog,
    iconButton("close", t("page.close"), () => dialog.close(),
      { class: "icon-button shut", data: { action: "shut" } }),
    parts,
  );
  if (!held) return;
  const same = dialog.querySelector(`[data-action="${held}"]`);
  (same ?? dialog.querySelector(".shut")).focus();
}

function wantsStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Open the dialog of an envelope. */
export function openEnvelope(card, room) {
  const focusBack = rememberFocus();
  const dialog = h("dialog", { class: "envelope-dialog", "aria-label": t("card.envelope") });
  const stop = listen(`card:${card.id}`, () => {
    if (dialog.dataset.view === "inside") look(dialog, card);
  });
  dialog.addEventListener("close", () => {
    stop();
    dialog.remove();
    focusBack();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  if (ownShare(card.id) === undefined) show(dialog, spinner());
  // Whether one opened it before is known only once the service said so.
  askShare(card.id).then(() => begin(dialog, card, room));
}

function begin(dialog, card, room) {
  if (!dialog.isConnected) return;
  if (envelopeState(card, room) === "sealed") {
    dialog.dataset.view = "sealed";
    showSealed(dialog, card);
  } else {
    dialog.dataset.view = "inside";
    show(dialog, spinner());
    look(dialog, card);
  }
  (dialog.querySelector("input") ?? dialog.querySelector(".open-button") ?? dialog).focus();
}

function showSealed(dialog, card) {
  const id = new CommandId();
  const word = card.has_password && textField({
    label: t("envelope.password"), name: "word", autocomplete: "off", maxlength: 64,
  });
  const problem = h("p", { class: "envelope-problem", role: "alert" });
  const button = h("button", { class: "open-button", "aria-label": t("envelope.open") },
    h("span", { "aria-hidden": "true" }, t("envelope.open_sign")));
  const form = h(
    "form", { class: "sealed", onsubmit: (event) => {
      event.preventDefault();
      refill(problem);
      if (word && !word.value()) word.complain(t("form.needed"));
      else whileBusy(button, claim);
    } },
    h("div", { class: "flap", "aria-hidden": "true" }),
    h("div", { class: "sealed-text" },
      h("p", { class: "sealed-from" }, face(card.sender, 32),
        h("span", {}, tParts("envelope.from", { who: who(card.sender) }))),
      h("p", { class: "sealed-greeting", dir: "auto" }, card.greeting || t("envelope.greeting"))),
    word,
    button,
    problem,
  );
  const claim = async () => {
    const fields = { envelope: card.id, ...(word ? { password: word.value() } : {}) };
    try {
      const { share, envelope } = await call("envelope.claim", fields, { id: id.for(fields) });
      noteShare(card.id, share.amount);
      moneyMoved();
      await lift(form);
      reveal(dialog, envelope, share.amount);
    } catch (error) {
      takeRefusal(asRefused(error));
    }
  };
  const takeRefusal = (refused) => {
    const own = refused.detail.share?.amount;
    if (refused.code === "envelope.already_claimed") noteShare(card.id, own);
    if (["envelope.already_claimed", "envelope.empty", "envelope.expired"].includes(refused.code)) {
      dialog.dataset.view = "inside";
      look(dialog, card);
    } else refill(problem, refused.sentence);
  };
  show(dialog, form);
}

function lift(form) {
  if (wantsStillness()) return Promise.resolve();
  form.classList.add("lifting");
  return new Promise((resume) => setTimeout(resume, FLAP_MS));
}

function reveal(dialog, envelope, amount) {
  dialog.dataset.view = "inside";
  takeEnvelope(envelope);
  showInside(dialog, envelope);
  announce(t("envelope.got", { amount: money(amount, envelope.currency) }));
  countUp(dialog.querySelector(".won .money"), amount, envelope.currency);
  throwSparks(dialog.querySelector(".won"));
  dialog.querySelector(".shut").focus();
}

function countUp(element, amount, currency) {
  if (!element || wantsStillness()) return;
  const began = performance.now();
  const step = (now) => {
    const part = Math.min(1, (now - began) / COUNT_MS);
    // Fast at first and slow at the end, as a wheel that comes to rest.
    element.textContent = money(Math.round(amount * (1 - (1 - part) ** 3)), currency);
    if (part < 1 && element.isConnected) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function throwSparks(place) {
  if (!place || wantsStillness()) return;
  for (let one = 0; one < SPARKS; one += 1) {
    const style = { "--turn": `${(one * 360) / SPARKS}deg` };
    const spark = h("span", { class: "spark", "aria-hidden": "true", style });
    spark.addEventListener("animationend", () => spark.remove());
    place.append(spark);
  }
}

async function look(dialog, card) {
  try {
    const { envelope } = await call("envelope.get", { envelope: card.id });
    takeEnvelope(envelope);
    showInside(dialog, envelope);
  } catch (error) {
    show(dialog, h("p", { class: "envelope-problem", role: "alert" }, asRefused(error).sentence));
  }
}

function showInside(dialog, envelope) {
  const own = ownShare(envelope.id);
  show(
    dialog,
    h("header", { class: "inside-head" }, seal(),
      h("p", {}, tParts("envelope.from", { who: who(envelope.sender) })),
      h("p", { class: "soft clip", dir: "auto" }, envelope.greeting || t("envelope.greeting"))),
    own > 0 && wonLine(dialog, own, envelope.currency),
    !own && h("p", { class: "inside-note" }, t(`envelope.note_${noteOf(envelope)}`)),
    thanksPart(dialog, envelope),
    envelopeShares(envelope),
  );
}

// The line stays while others open their shares beside it, so that its counting is not cut short.
function wonLine(dialog, own, currency) {
  return dialog.querySelector(".won") ?? h("p", { class: "won" }, sum(own, currency),
    h("span", { class: "small soft" }, t("envelope.in_balance")));
}

/** What says thank you with one tap, or how one did. */
function thanksPart(dialog, envelope) {
  const { mine } = envelope;
  if (!mine || envelope.sender === state.me.id) return null;
  if (mine.thanks) {
    return h("p", { class: "thanks small soft" }, t("thanks.said", { words: mine.thanks }));
  }
  const thank = async (words) => {
    try {
      const fields = { envelope: envelope.id, words };
      showInside(dialog, (await call("envelope.thank", fields)).envelope);
      // The button that had the focus is gone.
      dialog.querySelector(".shut").focus();
      announce(t("thanks.said", { words }));
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  };
  return h(
    "div", { class: "thanks", role: "group", "aria-label": t("thanks.say") },
    h("span", { class: "small soft", "aria-hidden": "true" }, t("thanks.say")),
    h("div", { class: "thanks-choice" }, THANKS.map((words) => h("button", {
      type: "button", "aria-label": t("thanks.with", { words }), data: { action: words },
      onclick: (event) => whileBusy(event.currentTarget, () => thank(words)),
    }, words))),
  );
}

function noteOf(envelope) {
  if (envelope.status !== "open") return envelope.status;
  return envelope.sender === state.me.id ? "waiting" : "others";
}

/** Return who took how much of an envelope, as far as the reader may know. */
export function envelopeShares(envelope) {
  const taken = t("envelope.taken", {
    claimed: envelope.claimed, count: envelope.count,
    amount: money(envelope.claimed_amount, envelope.currency),
    whole: money(envelope.amount, envelope.currency),
  });
  return h(
    "div", { class: "shares" },
    h("p", { class: "small soft shares-title" }, taken),
    envelope.returned > 0 && h("p", { class: "small soft shares-back" },
      t("gifts.came_back", { amount: money(envelope.returned, envelope.currency) })),
    envelope.shares && h("ul", {}, envelope.shares.map((share) => shareRow(share, envelope))),
  );
}

function shareRow(share, envelope) {
  const isLuckiest = share.person === envelope.luckiest;
  return h(
    "li", { class: "share" },
    h("span", { class: isLuckiest ? "crowned" : "" },
      face(share.person, 40), isLuckiest && icon("crown", "crown")),
    h("span", { class: "row-text" },
      h("span", { class: "clip row-name" }, who(share.person, { you: true })),
      h("span", { class: "clip small soft" }, shortMoment(share.at),
        share.thanks && [" · ", h("bdi", {}, share.thanks)])),
    h("span", { class: "share-sum" },
      sum(share.amount, envelope.currency),
      isLuckiest && h("span", { class: "luckiest small" }, t("envelope.luckiest"))),
  );
}
