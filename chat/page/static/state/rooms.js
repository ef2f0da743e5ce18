/** The list of rooms, and who is in them. */

import { tell } from "../core/bus.js";
import { madeAt } from "../core/ids.js";
import { t } from "../core/i18n.js";
import { call, mention } from "../net/api.js";
import { learn, nameOf } from "./people.js";
import * as sequence from "./sequence.js";
import { state } from "./store.js";
import { dropTimeline, findTimeline } from "./timeline.js";

/** Take the rooms that `hello` lists; those it does not list one is no longer in. */
export function setRooms(list) {
  const listed = new Set(list.map((room) => room.room));
  for (const id of [...state.rooms.keys()]) if (!listed.has(id)) removeRoom(id);
  for (const room of list) addRoom(room);
}

/** Take what the service says about a room. */
export function addRoom(room) {
  const known = state.rooms.get(room.room);
  const lists = { members: new Map(), typing: new Map(), reads: new Map() };
  state.rooms.set(room.room, { ...lists, ...known, ...room });
  // Without messages at hand nothing can be missing but what the list already says.
  sequence.enter(room.room, room.last_seq);
  if (!findTimeline(room.room)) sequence.skipTo(room.room, room.last_seq);
  tell("rooms");
  tell(`room:${room.room}`);
}

/** Forget a room that one is no longer in. */
export function removeRoom(id) {
  state.rooms.delete(id);
  sequence.leave(id);
  dropTimeline(id);
  tell("rooms");
  tell(`room:${id}`);
}

/** Change what is known of a room. */
export function patchRoom(id, fields) {
  const room = state.rooms.get(id);
  if (!room) return;
  Object.assign(room, fields);
  tell("rooms");
  tell(`room:${id}`);
}

/** Return the rooms, the one in which something was said last first. */
export function sortedRooms() {
  const last = (room) => (room.newest_at ? Date.parse(room.newest_at) : madeAt(room.room));
  return [...state.rooms.values()].sort((one, other) => last(other) - last(one));
}

/** Return the direct room with somebody, or undefined. */
export function findDirect(person) {
  return [...state.rooms.values()].find((room) => room.with === person);
}

/** Return how many messages wait in rooms that are not muted. */
export function countUnread() {
  return [...state.rooms.values()]
    .filter((room) => !room.muted)
    .reduce((sum, room) => sum + room.unread, 0);
}

/** Return the room's name. */
export function titleOf(room) {
  return room.name || (room.with ? nameOf(room.with) : t("rooms.unnamed"));
}

/** Load who is in the room. */
export async function loadMembers(id) {
  take(await call("room.get", { room: id }));
}

/** Take an answer with a room and its members. */
export function take({ room, members, reads }) {
  for (const member of members) learn(member);
  const known = new Map(members.map((member) => [member.person, member]));
  const read = new Map(Object.entries(reads));
  addRoom({ ...room, members: known, knowsMembers: true, reads: read });
  tell(`reads:${room.room}`);
}

/** Say that everything up to the room's newest number was read. */
export function markRead(id) {
  const room = state.rooms.get(id);
  if (!room || room.read_seq >= room.last_seq) return;
  mention("read.mark", { room: id, seq: room.last_seq });
  patchRoom(id, { read_seq: room.last_seq, unread: 0 });
}
