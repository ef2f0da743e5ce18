/** Who is there, and whether somebody looks at this page. */

import { listen, tell } from "../core/bus.js";
import { call, mention } from "../net/api.js";
import { state } from "./store.js";

const MOST_ASKED = 500;
const PAUSE_MS = 300;
const IDLE_MS = 5 * 60_000;
// What was told may have been lost, and nobody is told who blocked whom.
const AGAIN_MS = 5 * 60_000;

let timer = 0;
let idle = 0;
let isIdle = false;
let isAway = false;

/** Ask how people stand. */
export async function ask(people) {
  const asked = people.filter((person) => person !== state.me.id).slice(0, MOST_ASKED);
  if (!asked.length) return;
  const { presence } = await call("presence.get", { people: asked }).catch(() => ({}));
  for (const one of presence ?? []) note(one);
}

/** Ask anew about all whose presence shows without being looked for. */
export function askAll() {
  clearTimeout(timer);
  return ask([...wanted()]);
}

function wanted() {
  const partners = [...state.rooms.values()].map((room) => room.with).filter(Boolean);
  return new Set([...state.friends.keys(), ...partners]);
}

function note({ person, status, last_seen: lastSeen }) {
  state.presence.set(person, { status, lastSeen });
  tell(`presence:${person}`);
}

function askUnknown() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    ask([...wanted()].filter((person) => !state.presence.has(person)));
  }, PAUSE_MS);
}

function report() {
  const now = isIdle || document.hidden;
  if (now === isAway) return;
  isAway = now;
  mention("presence.set", { status: isAway ? "away" : "online" });
}

function stir() {
  clearTimeout(idle);
  idle = setTimeout(() => {
    isIdle = true;
    report();
  }, IDLE_MS);
  isIdle = false;
  report();
}

function begin() {
  state.presence.clear();
  // A fresh connection counts as looked at.
  isAway = false;
  report();
  askAll();
}

listen("presence", note);
listen("connection", (connection) => connection === "open" && begin());
for (const topic of ["friends", "rooms"]) listen(topic, askUnknown);
for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(kind, stir, { passive: true, capture: true });
}
document.addEventListener("visibilitychange", stir);
setInterval(() => document.hidden || state.connection !== "open" || askAll(), AGAIN_MS);
stir();
if (state.connection === "open") begin();
