/**
 * Commands. Each is sent once and answered once: one whose answer was lost is sent again under its
 * id after the reconnect, and the service carries it out once.
 */

import { freshUuid } from "../core/ids.js";
import { post } from "./http.js";
import { OFFLINE, Refused, SIGNED_OUT, UNANSWERED } from "./refused.js";

// What sets cookies, or comes before there is a socket.
const OVER_HTTP = new Set([
  "session.create", "session.end", "account.create", "account.ask_reset",
  "account.reset_password", "account.change_password", "account.close",
]);
export const RESUME = "session.resume";
const PATIENCE_MS = 15_000;
const BUSY_TRIES = 5;

const waiting = new Map();
let socket = null;
let isOpen = false;

/** Carry out a command and return its result; one that needs the payment PIN asks for it. Throws
 * Refused. */
export async function call(command, fields = {}, { id = freshUuid(), ...how } = {}) {
  const send = (more) => carryOut(command, { ...fields, ...more }, { id, ...how });
  try {
    return await send();
  } catch (error) {
    if (!/^wallet\.(pin|limit)_/.test(error.code)) throw error;
    return (await import("../elements/pin.js")).goOn(error, send);
  }
}

async function carryOut(command, fields, { id, patience, token }) {
  if (OVER_HTTP.has(command) || token) return post(command, fields, { id, token });
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask({ type: command, id, ...fields }, patience ?? PATIENCE_MS);
    } catch (error) {
      const isBusy = error.retryable && ![OFFLINE, UNANSWERED].includes(error.code);
      if (!isBusy || (tries >= BUSY_TRIES && patience !== Infinity)) throw error;
      const pause = (error.pause || 300) * (1 + Math.random() / 2);
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
}

function ask(frame, patience) {
  return new Promise((resolve, reject) => {
    const entry = { frame, resolve, reject, wasSent: isOpen, timer: 0 };
    if (patience !== Infinity) {
      entry.timer = setTimeout(() => {
        waiting.delete(frame.id);
        // What was never sent cannot have happened; the rest may have.
        reject(new Refused({ code: entry.wasSent ? UNANSWERED : OFFLINE, retryable: true }));
      }, patience);
    }
    waiting.set(frame.id, entry);
    if (isOpen) socket.send(frame);
  });
}

/** Tell the service something whose loss does not matter, such as that one is typing. */
export function mention(command, fields) {
  if (isOpen) socket.send({ type: command, id: freshUuid(), ...fields });
}

/** Use this socket; commands wait until `resume`. */
export function useSocket(one) {
  socket = one;
}

/** Do what goes first, then send what has no answer yet, in the order in which it was asked. */
export function resume(first) {
  isOpen = true;
  const asked = [...waiting.values()];
  first();
  for (const entry of asked) {
    entry.wasSent = true;
    socket.send(entry.frame);
  }
}

/** Keep what has no answer until the connection is back; cursors are then others. */
export function pause() {
  isOpen = false;
  drop((frame) => frame.type === RESUME, OFFLINE);
}

/** Give up on everything: nobody is signed in any more. */
export function giveUp() {
  isOpen = false;
  drop(() => true, SIGNED_OUT);
}

function drop(isDropped, code) {
  for (const [id, entry] of waiting) {
    if (!isDropped(entry.frame)) continue;
    clearTimeout(entry.timer);
    waiting.delete(id);
    entry.reject(new Refused({ code }));
  }
}

/** Settle the command that a frame answers. */
export function settle(frame) {
  const entry = waiting.get(frame.id);
  if (!entry) return;
  waiting.delete(frame.id);
  clearTimeout(entry.timer);
  if (frame.type === "ok") entry.resolve(frame.result);
  else entry.reject(new Refused(frame.error));
}
