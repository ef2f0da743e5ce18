/** What one can do with a message: by hovering, by a long press, or by keys. */

import { h, icon, iconButton } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { serverNow, state } from "../state/store.js";
import { moveInList, openBeside } from "./dialog.js";
import { toast } from "./parts.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const LONG_PRESS_MS = 450;
const MOVED_PX = 10;

/** Let the messages of a timeline be acted upon. */
export function actionsFor(view) {
  const bar = h("div", { class: "message-bar" });
  let over = null;
  bar.append(
    iconButton("smile", t("message.react"), (event) => openReactions(event.currentTarget, over)),
    iconButton("reply", t("message.reply"), () => reply(view, over)),
    iconButton("more", t("message.more"), (event) => openActions(view, event.currentTarget, over)),
  );
  view.scroller.addEventListener("pointerover", (event) => {
    const article = event.pointerType === "mouse" && event.target.closest?.("article[data-id]");
    if (!article || article.contains(bar)) return;
    over = view.timeline.message(article.dataset.id);
    article.querySelector(".stack").append(bar);
  });
  view.scroller.addEventListener("click", (event) => takeClick(view, event));
  pressLong(view);
}

function takeClick(view, event) {
  const reaction = event.target.closest(".reaction");
  const quoted = event.target.closest(".quote");
  if (quoted) view.show(quoted.dataset.of);
  if (!reaction) return;
  const message = messageAt(view, reaction);
  react(message, reaction.dataset.emoji, reaction.getAttribute("aria-pressed") !== "true");
}

function messageAt(view, element) {
  return view.timeline.message(element.closest("article")?.dataset.id);
}

function pressLong(view) {
  let timer = 0;
  let from = null;
  const cancel = () => clearTimeout(timer);
  view.scroller.addEventListener("pointerdown", (event) => {
    cancel();
    const article = event.pointerType !== "mouse" && event.target.closest?.("article[data-id]");
    if (!article) return;
    from = event;
    timer = setTimeout(() => {
      openActions(view, article.querySelector(".bubble, kith-card"), messageAt(view, article));
    }, LONG_PRESS_MS);
  });
  view.scroller.addEventListener("pointermove", (event) => {
    if (!from) return;
    const moved = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
    if (moved > MOVED_PX) cancel();
  });
  for (const end of ["pointerup", "pointercancel"]) view.scroller.addEventListener(end, cancel);
  // A long press selects text and opens the browser's own menu, which would lie over ours.
  view.scroller.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch") event.preventDefault();
  });
}

/** Move among messages by arrows; Enter opens what can be done with one. */
export function takeMessageKey(event, view) {
  const here = event.target.closest("article[data-id]");
  if (event.target !== view.scroller && event.target !== here) return;
  const articles = [...view.scroller.querySelectorAll("article[data-id]")];
  if (event.key === "Enter" && here) {
    event.preventDefault();
    openActions(view, here.querySelector(".bubble, kith-card"), messageAt(view, here));
  } else if (event.key === "Escape" && here) {
    event.preventDefault();
    document.querySelector("kith-composer textarea")?.focus();
  } else if (event.key.startsWith("Arrow")) {
    if (!here && event.key === "ArrowUp") {
      event.preventDefault();
      articles.at(-1)?.focus();
    } else if (here) moveInList(event, articles);
  }
}

function reactionRow(message, close) {
  return h(
    "div", { class: "quick" },
    QUICK.map((emoji) => h("button", {
      type: "button", role: "menuitem", "aria-label": t("message.react_with", { emoji }),
      onclick: () => {
        close();
        toggle(message, emoji);
      },
    }, emoji)),
    iconButton("add", t("message.react_more"), async (event) => {
      const { openEmoji } = await import("./emoji.js");
      const anchor = event.target.closest(".menu");
      const box = anchor.getBoundingClientRect();
      close();
      openEmoji({ at: box, choose: (emoji) => toggle(message, emoji) });
    }, { role: "menuitem" }),
  );
}

function openReactions(anchor, message) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": t("message.react") });
  menu.append(reactionRow(message, () => close()));
  const close = openBeside(anchor, menu);
  menu.querySelector("button").focus();
}

function openActions(view, anchor, message) {
  if (!anchor || !message) return;
  const isMine = message.author === state.me.id;
  const isText = message.kind === "text";
  const age = (serverNow() - Date.parse(message.at)) / 1000;
  const items = [
    { icon: "reply", label: t("message.reply"), run: () => reply(view, message) },
    isText && { icon: "copy", label: t("message.copy"), run: () => copy(message) },
    mayPin(view) && {
      icon: "pin", label: t(isPinned(view, message) ? "message.unpin" : "message.pin"),
      run: () => attempt("message.pin", { message: message.id, on: !isPinned(view, message) }),
    },
    isText && isMine && {
      icon: "edit", label: t("message.edit"), run: () => startEdit(view, message),
    },
    isText && isMine && age < state.limits.recall_seconds && {
      icon: "undo", label: t("message.recall"), danger: true, run: () => recallMessage(message),
    },
    !isMine && {
      icon: "flag", label: t("message.report"), danger: true, run: () => report(message),
    },
  ].filter(Boolean);
  const buttons = items.map((item) => h(
    "button", { type: "button", role: "menuitem", class: item.danger ? "danger" : "",
      onclick: () => {
        close();
        item.run();
      } },
    icon(item.icon), item.label,
  ));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": t("message.more") },
    reactionRow(message, () => close()), buttons);
  menu.addEventListener("keydown", (event) => moveInList(event, buttons));
  const close = openBeside(anchor, menu);
  buttons[0].focus();
}

function mayPin(view) {
  const room = state.rooms.get(view.room);
  return room && (room.kind === "direct" || room.role !== "member");
}

function isPinned(view, message) {
  return state.rooms.get(view.room)?.pinned?.includes(message.id) ?? message.pinned;
}

function reply(view, message) {
  view.dispatchEvent(new CustomEvent("reply", { bubbles: true, detail: message }));
}

/** Put a message of one's own into the composer to change it. */
export function startEdit(view, message) {
  view.dispatchEvent(new CustomEvent("edit", { bubbles: true, detail: message }));
}

async function report(message) {
  const { openReport } = await import("./report.js");
  openReport({ about: "message", ref: message.id, person: message.author });
}

async function copy(message) {
  await navigator.clipboard?.writeText(message.text);
  toast(t("message.copied"));
}

async function attempt(command, fields) {
  try {
    await call(command, fields);
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

function recallMessage(message) {
  return attempt("message.recall", { message: message.id });
}

function toggle(message, emoji) {
  const people = message.reactions.find((one) => one.emoji === emoji)?.people ?? [];
  return react(message, emoji, !people.includes(state.me.id));
}

function react(message, emoji, on) {
  return attempt("message.react", { message: message.id, emoji, on });
}
