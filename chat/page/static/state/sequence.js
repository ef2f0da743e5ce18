/** Puts a room's numbered events into their order, each once, and knows what is missing. */

const cursors = new Map();
const held = new Map();

/** Note a room from `hello` or `room.entered`; from its newest number on events are in line. */
export function enter(room, lastSeq) {
  if (!cursors.has(room)) cursors.set(room, lastSeq);
}

/** Forget a room. */
export function leave(room) {
  cursors.delete(room);
  held.delete(room);
}

/** Return the newest number up to which nothing is missing. */
export function cursorOf(room) {
  return cursors.get(room) ?? 0;
}

/** Take it that nothing is missing up to the number. */
export function skipTo(room, seq) {
  cursors.set(room, Math.max(cursorOf(room), seq));
}

/** Take an event and return those that are in line now. */
export function take(event) {
  const { room, seq } = event;
  if (!cursors.has(room)) cursors.set(room, seq - 1);
  if (!held.has(room)) held.set(room, new Map());
  const early = held.get(room);
  if (seq > cursorOf(room)) early.set(seq, event);
  const inLine = [];
  for (let next; (next = early.get(cursorOf(room) + 1)); ) {
    early.delete(next.seq);
    cursors.set(room, next.seq);
    inLine.push(next);
  }
  for (const one of early.keys()) if (one <= cursorOf(room)) early.delete(one);
  return inLine;
}

/** Tell whether an event came before one that is still missing. */
export function hasHole(room) {
  return (held.get(room)?.size ?? 0) > 0;
}
