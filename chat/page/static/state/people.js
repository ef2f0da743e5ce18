/** Who is behind an id. Names come with friends and members; others are asked for, once. */

import { tell } from "../core/bus.js";
import { t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { state } from "./store.js";

const people = new Map();
const asked = new Set();

/** Note somebody's name: anything with `name`, `username` and an id. */
export function learn({ id, person, name, username }) {
  const known = people.get(id ?? person);
  if (known?.name === name && known.username === username) return;
  people.set(id ?? person, { id: id ?? person, name, username });
  tell(`person:${id ?? person}`);
  tell("people");
}

/** Return a person or null; who is unknown is asked for, and told as `person:<id>`. */
export function findPerson(id) {
  const known = people.get(id);
  if (!known && id) ask(id);
  return known ?? null;
}

async function ask(id) {
  if (asked.has(id)) return;
  asked.add(id);
  try {
    learn((await call("person.get", { person: id })).person);
  } catch {
    asked.delete(id);
  }
}

/** Return the name to show for somebody; null is somebody whom one may not know. */
export function nameOf(id) {
  if (id === null || id === undefined) return t("people.someone");
  return findPerson(id)?.name ?? "…";
}

/** Return the name, or "you" for oneself. */
export function youOrName(id) {
  return id === state.me?.id ? t("people.you") : nameOf(id);
}
