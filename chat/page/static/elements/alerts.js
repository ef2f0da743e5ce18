/** What the browser shows beside the page: notices while nobody looks, and a badge. */

import { listen } from "../core/bus.js";
import { t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { keep, recall } from "../core/storage.js";
import { nameOf } from "../state/people.js";
import { countUnread, titleOf } from "../state/rooms.js";
import { state } from "../state/store.js";
import { summary } from "./summary.js";

const LOOKED_AT = "kith.looked-at";
const SPEAKER = "kith.speaker";

let speaks = !navigator.locks;
let isLookedAt = null;

/** Tell whether this browser can show notices at all. */
export function canAlert() {
  return "Notification" in window;
}

/** Tell whether the person wants them, and the browser allows it. */
export function wantsAlerts() {
  return canAlert() && Notification.permission === "granted" && recall(nameOfChoice(), false);
}

/** Switch notices on, for which the browser may ask, or off; returns whether they are on. */
export async function switchAlerts(on) {
  const isAllowed = on && await Notification.requestPermission() === "granted";
  keep(nameOfChoice(), isAllowed || null);
  return isAllowed;
}

function nameOfChoice() {
  return `${state.me.id}.alerts`;
}

async function alertOf(room, body, force) {
  if (!room || !document.hidden || (room.muted && !force) || !wantsAlerts()) return;
  // Of several tabs one speaks, and none while another one is looked at.
  const { held = [] } = await navigator.locks?.query() ?? {};
  if (!speaks || held.some(({ name }) => name === LOOKED_AT)) return;
  try {
    const notice = new Notification(titleOf(room), {
      body, tag: room.room, renotify: true,
      icon: document.querySelector('link[rel="icon"]').href,
    });
    notice.onclick = () => {
      window.focus();
      go(`/rooms/${room.room}`);
      notice.close();
    };
  } catch {
    // Some browsers have the name, and show nothing without a worker of the page's own.
  }
}

function hear({ room, message }) {
  if (message.author === state.me.id) return;
  const what = summary(message);
  alertOf(room, room.with ? what : t("rooms.said", { who: nameOf(message.author), what }), false);
}

// Who is mentioned hears of it even in a room that is muted.
function takeNotice(notice) {
  const room = state.rooms.get(notice.ref);
  if (notice.kind !== "mention" || !room?.muted) return;
  alertOf(room, t("rooms.said", { who: nameOf(notice.person), what: notice.text }), true);
}

function showBadge() {
  const count = countUnread();
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
  const link = document.querySelector('link[rel="icon"]');
  const name = count ? "icon-unread.svg" : "icon.svg";
  if (!link.href.endsWith(`/${name}`)) link.href = link.href.replace(/icon[\w-]*\.svg$/, name);
}

function noteLook() {
  if (!document.hidden && !isLookedAt) {
    isLookedAt = Promise.withResolvers?.() ?? makeResolvers();
    const { promise } = isLookedAt;
    navigator.locks?.request(LOOKED_AT, { mode: "shared" }, () => promise);
  } else if (document.hidden && isLookedAt) {
    isLookedAt.resolve();
    isLookedAt = null;
  }
}

function makeResolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

listen("said", hear);
listen("noticed", takeNotice);
listen("rooms", showBadge);
document.addEventListener("visibilitychange", noteLook);
// Held for as long as this tab is open; then another one takes over.
navigator.locks?.request(SPEAKER, () => {
  speaks = true;
  return new Promise(() => {});
});
noteLook();
showBadge();
