/** One connection that comes back by itself. It knows frames, not what they mean. */

const PAUSES = [100, 200, 400, 800, 1600, 3200, 5000];
const SIGNED_OUT = 4401;
// Nothing heard for so long: ask, and take silence for a dead line.
const QUIET_MS = 25_000;
const ANSWER_MS = 8_000;

export class Socket {
  #socket = null;
  #failures = 0;
  #timer = 0;
  #quiet = 0;
  #wanted = false;
  #on;

  /** `on` has onFrame(frame), onOpen(), onLost(), onSignedOut(), onQuiet(). */
  constructor(on) {
    this.#on = on;
    addEventListener("online", () => this.#hurry());
    // Not closed: the other side's farewell would not arrive.
    addEventListener("offline", () => {
      if (this.#socket) this.#drop();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    });
  }

  /** Connect, and stay connected. */
  open() {
    this.#wanted = true;
    this.#connect();
  }

  /** Disconnect for good. */
  close() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /** Send a frame; returns whether there was a connection to send it over. */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #connect() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/`, ["kith.v1"]);
    this.#socket = socket;
    socket.onopen = () => this.#listen();
    socket.onmessage = ({ data }) => {
      this.#failures = 0;
      this.#listen();
      this.#on.onFrame(JSON.parse(data));
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lose(event);
    };
  }

  #listen() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#on.onQuiet();
      this.#quiet = setTimeout(() => this.#drop(), ANSWER_MS);
    }, QUIET_MS);
  }

  // A line that went dead closes only after minutes, so it is left behind.
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#lose({ code: 1006, reason: "" });
  }

  #lose({ code, reason }) {
    clearTimeout(this.#quiet);
    this.#socket = null;
    if (code === SIGNED_OUT || (code >= 4500 && code < 5000)) {
      this.#wanted = false;
      this.#on.onSignedOut();
      return;
    }
    if (!this.#wanted) return;
    this.#on.onLost();
    const pause = pauseOf(reason) ?? PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
  }

  #hurry() {
    if (!this.#wanted || this.#socket) return;
    this.#failures = 0;
    this.#connect();
  }
}

/** Return the pause that the service asked for when it closed, if it did. */
function pauseOf(reason) {
  try {
    return JSON.parse(reason).retry_after_ms ?? null;
  } catch {
    return null;
  }
}
