/** Friends and requests. */

import { tell } from "../core/bus.js";
import { call } from "../net/api.js";
import { learn } from "./people.js";
import { state } from "./store.js";

/** Load friends and open requests. */
export async function loadFriends() {
  const [{ friends }, { friends: requests }] = await Promise.all([
    call("friend.list"), call("friend.requests"),
  ]);
  for (const friend of [...friends, ...requests]) learn(friend);
  state.friends = new Map(friends.map((friend) => [friend.person, friend]));
  state.requests = new Map(requests.map((friend) => [friend.person, friend]));
  tell("friends");
}

/** Take what an answer says about a friendship. */
export function takeFriend(friend) {
  learn(friend);
  state.friends.delete(friend.person);
  state.requests.delete(friend.person);
  if (friend.status === "friends") state.friends.set(friend.person, friend);
  else if (friend.status.startsWith("asked")) state.requests.set(friend.person, friend);
  tell("friends");
}

/** Return how one stands with somebody: friends, asked_by_me, asked_by_them or none. */
export function statusOf(person) {
  return state.friends.get(person)?.status ?? state.requests.get(person)?.status ?? "none";
}

/** Return the people who wait for an answer of ours. */
export function waitingForMe() {
  return [...state.requests.values()].filter((one) => one.status === "asked_by_them");
}
