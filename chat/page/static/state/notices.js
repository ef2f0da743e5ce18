/** Notices: what one was told, and which of it one has not seen on this device. */

import { tell } from "../core/bus.js";
import { keep, recall } from "../core/storage.js";
import { call } from "../net/api.js";
import { state } from "./store.js";

const notices = [];
let hasMore = true;

/** Return the notices that are loaded, newest first. */
export function listNotices() {
  return notices;
}

/** Tell whether there are older ones. */
export function hasMoreNotices() {
  return hasMore;
}

/** Load the newest notices, or older ones after those. */
export async function loadNotices({ older = false } = {}) {
  const before = older ? notices.at(-1)?.id : undefined;
  const page = await call("notice.list", before ? { before, limit: 50 } : { limit: 50 });
  if (!older) notices.length = 0;
  notices.push(...page.notices);
  hasMore = page.more;
  tell("notices");
}

/** Take a notice that was just pushed. */
export function takeNotice(notice) {
  if (notices.some((one) => one.id === notice.id)) return;
  notices.unshift(notice);
  tell("notices");
  tell("noticed", notice);
}

function seenName() {
  return `${state.me.id}.noticed`;
}

/** Return how many notices came since one last looked. */
export function countUnseen() {
  const seen = recall(seenName(), "");
  return notices.filter((notice) => notice.id > seen).length;
}

/** Take it that all notices were seen. */
export function markSeen() {
  if (!notices.length || countUnseen() === 0) return;
  keep(seenName(), notices[0].id);
  tell("notices");
}
