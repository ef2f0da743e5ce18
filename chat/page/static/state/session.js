/** From signing in to signing out: the connection, and what has to be known first. */

import { tell } from "../core/bus.js";
import { forgetAll } from "../core/storage.js";
import { call, giveUp, pause, resume, settle, useSocket } from "../net/api.js";
import { Socket } from "../net/socket.js";
import { catchUpAll, takeEvent } from "./events.js";
import { loadFriends } from "./friends.js";
import { loadNotices } from "./notices.js";
import { restoreOutbox } from "./outbox.js";
import { learn } from "./people.js";
import { setRooms } from "./rooms.js";
import { state } from "./store.js";

let socket = null;
let isFirst = true;

function setConnection(connection) {
  state.connection = connection;
  tell("connection", connection);
}

/** Connect as whoever the cookies say one is. */
export function startSession() {
  isFirst = true;
  socket = new Socket({
    onFrame,
    onLost: () => {
      pause();
      if (state.connection === "open") setConnection("lost");
    },
    onSignedOut: () => {
      giveUp();
      tell("signed-out");
    },
    onQuiet: () => call("me.get").catch(() => {}),
  });
  useSocket(socket);
  socket.open();
}

function onFrame(frame) {
  if (frame.type === "event") takeEvent(frame);
  else if (frame.type === "hello") takeHello(frame);
  else settle(frame);
}

function takeHello(hello) {
  state.me = hello.person;
  state.limits = hello.limits;
  state.clockAhead = Date.parse(hello.server_time) - Date.now();
  learn(hello.person);
  setRooms(hello.rooms);
  resume(catchUpAll);
  loadRest();
  setConnection("open");
}

// Friends first: they bring most of the names that the list of rooms shows.
async function loadRest() {
  const wasFirst = isFirst;
  isFirst = false;
  if (wasFirst) restoreOutbox();
  try {
    await Promise.all([loadFriends(), loadAccount(), loadNotices()]);
    if (wasFirst) tell("ready");
  } catch (error) {
    if (wasFirst) isFirst = true;
    if (!error.retryable) throw error;
  }
}

/** Load what only oneself sees of one's account. */
export async function loadAccount() {
  state.account = await call("me.get");
  state.me = state.account.person;
  learn(state.me);
  tell("account");
}

/** Close the account for good, and leave nothing of this person in the browser. */
export async function leaveForGood(password, id) {
  await call("account.close", { password }, { id });
  socket.close();
  forgetAll(state.me.id);
  location.assign("/");
}

/** Sign out, and leave nothing of this person in the browser. */
export async function endSession() {
  await call("session.end");
  socket.close();
  forgetAll(state.me.id);
  location.assign("/");
}
