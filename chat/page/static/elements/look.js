/** How each item of a conversation looks, which depends on its neighbours. */

import { dayKey } from "../core/time.js";
import { state } from "../state/store.js";

// Messages of one person follow each other in a group when they come this close.
const GROUP_MS = 60_000;

/** Return for each item what its row shows, and a text that differs when the row has to change. */
export function look({ items, before, after, timeline, firstUnread, room }) {
  const all = [before, ...items, after].map((item) => item && fact(item, timeline));
  const readBy = countReaders(room);
  const lastOwn = findLastOwn(timeline);
  const looks = items.map((item, at) => {
    const [previous, own, next] = [all[at], all[at + 1], all[at + 2]];
    const one = { ...own, key: item.seq };
    one.day = !previous || dayKey(previous.at) !== dayKey(own.at) ? own.at : null;
    one.unread = item.seq === firstUnread;
    one.isFirst = Boolean(one.day) || one.unread || !isTogether(previous, own);
    const newDayNext = next && dayKey(next.at) !== dayKey(own.at);
    one.isLast = !next || newDayNext || !isTogether(own, next);
    one.isMine = own.author === state.me.id;
    one.isGroup = !room?.with;
    one.read = one.isMine && item.id === lastOwn ? readBy(item.seq) : 0;
    one.isHidden = Boolean(item.event && room?.with);
    one.look = JSON.stringify([
      one.day, one.unread, one.isFirst, one.isLast, one.read, own.version,
    ]);
    return one;
  });
  return joinLines(looks.filter((one) => !one.isHidden));
}

/** Make one line of those that say whom the same person added. */
function joinLines(looks) {
  const joined = [];
  for (const one of looks) {
    const last = joined.at(-1);
    if (isAdding(one) && last && isAdding(last) && !one.day && one.event.by === last.event.by) {
      last.people.push(one.event.member.person);
      last.look += one.seq;
    } else joined.push(isAdding(one) ? { ...one, people: [one.event.member.person] } : one);
  }
  return joined;
}

function isAdding({ event }) {
  return event?.kind === "member.joined" && event.by !== event.member.person && !event.via;
}

function fact(item, timeline) {
  if (!item.id) return { seq: item.seq, event: item.event, at: item.event.at, version: "" };
  const message = timeline.message(item.id);
  const { kind, edited_at: edited, reactions, text } = message;
  return {
    seq: item.seq, message, at: message.at, author: message.author,
    version: JSON.stringify([kind, edited, reactions, text]),
  };
}

/** Return the number of the first message of others after `read`, or null. */
export function findFirstUnread(timeline, read) {
  let first = null;
  for (const { id, seq } of timeline.backwards()) {
    if (seq <= read) break;
    if (id && timeline.message(id).author !== state.me.id) first = seq;
  }
  return first;
}

function isTogether(one, other) {
  return Boolean(one?.message && other?.message) && one.author === other.author
    && one.message.kind !== "recalled" && other.message.kind !== "recalled"
    && Date.parse(other.at) - Date.parse(one.at) < GROUP_MS;
}

function findLastOwn(timeline) {
  for (const { id } of timeline.backwards()) {
    if (id && timeline.message(id).author === state.me.id) return id;
  }
  return null;
}

function countReaders(room) {
  if (!room?.read_marks) return () => 0;
  const reads = [...room.reads.values()];
  return (seq) => reads.filter((read) => read >= seq).length;
}
