/** What the page knows. Written by the modules beside this one, read by all. */

export const state = {
  // Who is signed in: { id, username, name }, and what only they see of their account.
  me: null,
  account: null,
  // Rooms by id, as in `hello`, with what events said since.
  rooms: new Map(),
  friends: new Map(),
  requests: new Map(),
  // How people stand by id, as in `presence.get`, as far as it was asked for.
  presence: new Map(),
  // "starting", "open" or "lost".
  connection: "starting",
  limits: {},
  // How far the service's clock is ahead of ours, in milliseconds.
  clockAhead: 0,
};

/** Return the service's time, which decides what has expired. */
export function serverNow() {
  return Date.now() + state.clockAhead;
}
