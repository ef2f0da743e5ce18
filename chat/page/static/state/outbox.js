/**
 * Messages that were typed and are not yet known to be there. Each room's go out one after the
 * other, so that they arrive in the order in which they were typed; a reload keeps them.
 */

import { tell } from "../core/bus.js";
import { freshUuid } from "../core/ids.js";
import { keep, recall } from "../core/storage.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { cursorOf } from "./sequence.js";
import { state } from "./store.js";

const queues = new Map();
const running = new Set();

function save() {
  const waiting = [...queues.values()].flat().filter((one) => !one.message);
  const kept = waiting.map(({ id, room, text, reply_to: reply, at, failed }) => (
    { id, room, text, reply_to: reply, at, failed }
  ));
  keep(`${state.me.id}.outbox`, kept.length ? kept : null);
}

/** Take up what an earlier page could not send. */
export function restoreOutbox() {
  for (const one of recall(`${state.me.id}.outbox`, [])) {
    queueOf(one.room).push(one);
    run(one.room);
  }
}

function queueOf(room) {
  if (!queues.has(room)) queues.set(room, []);
  return queues.get(room);
}

/** Return what waits in a room and is to be shown, oldest first. */
export function pendingIn(room) {
  return queueOf(room).filter((one) => !one.echoed);
}

/** Say something: shown at once, sent as soon as there is a connection. */
export function say(room, text, replyTo = null) {
  const at = new Date().toISOString();
  queueOf(room).push({ id: freshUuid(), room, text, reply_to: replyTo, at, failed: null });
  changed(room);
  run(room);
}

function changed(room) {
  save();
  tell(`pending:${room}`);
}

function isWaiting(one) {
  return !one.failed && !one.message;
}

async function run(room) {
  if (running.has(room)) return;
  running.add(room);
  try {
    for (let one; (one = queueOf(room).find(isWaiting)); ) await send(one);
  } finally {
    running.delete(room);
  }
}

async function send(one) {
  const fields = { room: one.room, text: one.text };
  if (one.reply_to) fields.reply_to = one.reply_to;
  try {
    const { message } = await call("message.send", fields, { id: one.id, patience: Infinity });
    one.message = message.id;
    // Shown as pending until its event is there, so that it is never gone for a moment.
    if (cursorOf(one.room) >= message.seq) remove(one);
    else changed(one.room);
  } catch (error) {
    one.failed = asRefused(error).sentence;
    changed(one.room);
  }
}

function remove(one) {
  const queue = queueOf(one.room);
  if (queue.includes(one)) queue.splice(queue.indexOf(one), 1);
  changed(one.room);
}

/** Let the event of an own message take the place of the pending one. */
export function settleEcho(message) {
  const answered = queueOf(message.room).find((one) => one.message === message.id);
  if (answered) {
    remove(answered);
    return;
  }
  // The event may come before the answer, which alone says for certain what belongs together.
  const first = queueOf(message.room).find((one) => isWaiting(one) && !one.echoed);
  if (!first || first.text !== message.text || first.reply_to !== message.reply_to) return;
  first.echoed = true;
  changed(message.room);
}

/** Send a message again that was refused. */
export function retry(one) {
  one.failed = null;
  one.id = freshUuid();
  changed(one.room);
  run(one.room);
}

/** Throw a message away that was refused. */
export function discard(one) {
  remove(one);
}
