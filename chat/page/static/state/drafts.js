/** What was typed and not sent, per room; a reload keeps it. */

import { tell } from "../core/bus.js";
import { keep, recall } from "../core/storage.js";
import { state } from "./store.js";

const drafts = new Map();

function nameOf(room) {
  return `${state.me.id}.draft.${room}`;
}

/** Return what was typed in the room so far. */
export function draftOf(room) {
  if (!drafts.has(room)) drafts.set(room, recall(nameOf(room), ""));
  return drafts.get(room);
}

/** Keep what was typed in the room. */
export function keepDraft(room, text) {
  if (draftOf(room) === text) return;
  drafts.set(room, text);
  keep(nameOf(room), text || null);
  tell("drafts");
}
