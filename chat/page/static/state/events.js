/** What the service tells: numbered events of rooms, and what passes by. */

import { tell } from "../core/bus.js";
import { call, RESUME } from "../net/api.js";
import { OFFLINE } from "../net/refused.js";
import { noteReview } from "./cards.js";
import { settleEcho } from "./outbox.js";
import { loadFriends } from "./friends.js";
import { takeNotice } from "./notices.js";
import { learn } from "./people.js";
import { addRoom, loadMembers, patchRoom, removeRoom } from "./rooms.js";
import * as sequence from "./sequence.js";
import { state } from "./store.js";
import { dropTimeline, findTimeline } from "./timeline.js";
import { moneyMoved } from "./wallet.js";

const TYPING_MS = 6_000;
const SYNC_PAGE = 200;
// Who missed more than this starts over from the newest instead of reading it all.
const TOO_FAR_BEHIND = 1_000;

const syncing = new Set();
// Rooms that the service asked to sync: an answer under way may have been made before.
const again = new Set();

/** Take any event. */
export function takeEvent(event) {
  if (event.seq !== undefined && event.kind !== "read") takeNumbered(event);
  else if (event.kind in PASSING) PASSING[event.kind](event);
}

function takeNumbered(event) {
  for (const one of sequence.take(event)) apply(one);
  if (sequence.hasHole(event.room)) catchUp(event.room);
}

/** Fetch what was missed in a room since the newest number we have. */
export async function catchUp(room) {
  if (syncing.has(room)) return;
  syncing.add(room);
  try {
    for (let more = true; more; ) {
      again.delete(room);
      const after = sequence.cursorOf(room);
      const page = await call("room.sync", { room, after, limit: SYNC_PAGE });
      if (page.last_seq - after > TOO_FAR_BEHIND) return startOver(room, page.last_seq);
      takePage(room, page);
      more = page.more || again.has(room);
    }
  } catch (error) {
    if (error.code === "room.not_found") removeRoom(room);
  } finally {
    syncing.delete(room);
  }
  return undefined;
}

function takePage(room, page) {
  sequence.skipTo(room, page.first_seq - 1);
  for (const event of page.events) for (const one of sequence.take(event)) apply(one);
}

function startOver(room, lastSeq) {
  dropTimeline(room);
  sequence.skipTo(room, lastSeq);
  tell(`timeline:${room}`, { change: "dropped" });
}

/** After a reconnect: fetch what was missed in the rooms whose messages we show, in one go. */
export async function catchUpAll() {
  const cursors = {};
  for (const { room, last_seq: last } of state.rooms.values()) {
    const cursor = sequence.cursorOf(room);
    if (last - cursor > TOO_FAR_BEHIND) startOver(room, last);
    else if (cursor < last && !syncing.has(room)) cursors[room] = cursor;
  }
  const behind = new Set(Object.keys(cursors));
  if (!behind.size) return;
  // What is new waits for what was missed; until then no hole is one.
  for (const room of behind) syncing.add(room);
  try {
    for (const { room, more, ...page } of (await call(RESUME, { cursors })).rooms) {
      takePage(room, page);
      if (!more && !again.has(room) && !sequence.hasHole(room)) behind.delete(room);
    }
  } catch (error) {
    // Lost again: the next connection begins with this.
    if (error.code === OFFLINE) behind.clear();
  }
  for (const room in cursors) syncing.delete(room);
  behind.forEach(catchUp);
}

function apply(event) {
  const room = state.rooms.get(event.room);
  if (!room) return;
  // What `hello` already counted is news only for the messages, not for the list of rooms.
  const isNews = event.seq > room.last_seq;
  if (isNews) room.last_seq = event.seq;
  NUMBERED[event.kind]?.(event, room, isNews);
  const isOver = event.kind === "room.dissolved";
  if (isOver && event.by !== state.me.id) tell("dissolved", room.name);
  if (isOver || (event.kind === "member.left" && event.member.person === state.me.id)) {
    removeRoom(event.room);
    return;
  }
  findTimeline(event.room)?.apply(event);
  if (isNews) tell(`room:${event.room}`);
}

function changeNewest(event, room) {
  if (room.newest?.id === event.message.id) patchRoom(event.room, { newest: event.message });
}

function changeMember(event, room) {
  learn(event.member);
  room.members.set(event.member.person, event.member);
  if (event.member.person === state.me.id) patchRoom(event.room, { role: event.member.role });
}

const NUMBERED = {
  "message.new": (event, room, isNews) => {
    room.typing.delete(event.by);
    if (event.by === state.me.id) settleEcho(event.message);
    if (!isNews) return;
    // Another device may have said sooner that it was read than we heard of it.
    const isRead = event.by === state.me.id || event.seq <= room.read_seq;
    const unread = isRead ? room.unread : room.unread + 1;
    patchRoom(event.room, { newest: event.message, newest_at: event.at, unread });
    tell("said", { room, message: event.message });
  },
  "message.edited": changeNewest,
  "message.recalled": changeNewest,
  "message.reacted": changeNewest,
  "member.joined": changeMember,
  "member.changed": changeMember,
  "member.left": (event, room) => room.members.delete(event.member.person),
  "room.changed": ({ room, name, pinned }) => patchRoom(room, pinned ? { pinned } : { name }),
  "card.changed": moneyMoved,
};

const PASSING = {
  typing: ({ room: id, person, on }) => {
    const room = state.rooms.get(id);
    if (!room || person === state.me.id) return;
    clearTimeout(room.typing.get(person));
    room.typing.delete(person);
    if (on) room.typing.set(person, setTimeout(() => stopTyping(room, person), TYPING_MS));
    tell(`typing:${id}`);
  },
  read: ({ room: id, person, seq }) => {
    const room = state.rooms.get(id);
    if (!room) return;
    if (person !== state.me.id) {
      room.reads.set(person, seq);
      tell(`reads:${id}`);
    } else if (seq > room.read_seq) {
      const isAll = seq >= room.last_seq;
      patchRoom(id, { read_seq: seq, unread: isAll ? 0 : room.unread });
      // How many are left after a part of them, the service counts.
      if (!isAll) loadMembers(id).catch(() => {});
    }
  },
  presence: (event) => tell("presence", event),
  resync: ({ room }) => {
    again.add(room);
    catchUp(room);
  },
  "room.entered": ({ room }) => addRoom(room),
  notice: ({ notice }) => {
    takeNotice(notice);
    if (/^transfer\.(held|released)$/.test(notice.kind)) {
      noteReview(notice.ref, notice.kind === "transfer.held");
    }
    if (/^(friend|family)\./.test(notice.kind)) loadFriends();
    else if (!/^(mention|join)/.test(notice.kind)) moneyMoved();
  },
};

function stopTyping(room, person) {
  room.typing.delete(person);
  tell(`typing:${room.room}`);
}
