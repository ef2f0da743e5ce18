/**
 * The messages of a room. Chunks that are far from what one sees are emptied and keep only their
 * height, so that a long history costs no more than a short one.
 */

import { listen } from "../core/bus.js";
import { Part, h, icon, match, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { pendingIn } from "../state/outbox.js";
import { state } from "../state/store.js";
import { openTimeline } from "../state/timeline.js";
import { findFirstUnread, look } from "./look.js";
import { actionsFor, startEdit, takeMessageKey } from "./message-actions.js";
import { lineRow, messageRow } from "./message.js";
import { pendingRow } from "./pending.js";
import { skeletons, spinner, toast } from "./parts.js";

const AT_END_PX = 64;
const LOAD_OLDER_PX = 1200;
const DRAWN_AROUND = "1600px 0px";
const MARK_MS = 1600;

class Timeline extends Part {
  #chunks = new Map();
  #top = h("div", { class: "older" });
  #list = h("div", { class: "chunks" });
  #pending = h("div", { class: "chunk" });
  #jump = h("button", { type: "button", class: "jump", hidden: true,
    onclick: () => this.toNewest({ smooth: true }) });
  #isAtEnd = true;
  #fresh = 0;
  #begun = false;
  #firstUnread = null;

  start() {
    this.scroller = h("div", {
      class: "scroll messages", tabIndex: 0, role: "log", "aria-label": t("room.messages"),
      "aria-live": "off",
    }, this.#top, this.#list, this.#pending);
    refill(this, this.scroller, this.#jump);
    refill(this.#top, skeletons(6));
  }

  /** Show what is loaded, from the first unread message or the end. */
  begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.timeline = openTimeline(this.room);
    const room = state.rooms.get(this.room);
    if (room.unread) this.#firstUnread = findFirstUnread(this.timeline, room.read_seq);
    this.watch = new IntersectionObserver((seen) => this.drawSeen(seen), {
      root: this.scroller, rootMargin: DRAWN_AROUND,
    });
    this.size = new ResizeObserver(() => this.#isAtEnd && this.stickToEnd());
    this.size.observe(this.scroller);
    this.size.observe(this.#list);
    this.until(
      listen(`timeline:${this.room}`, (what) => this.change(what)),
      listen(`pending:${this.room}`, () => this.keepPlace(() => this.showPending())),
      listen(`reads:${this.room}`, () => this.keepPlace(() => this.redraw())),
      listen("connection", () => this.reportRead()),
    );
    const onFocus = () => this.reportRead();
    addEventListener("focus", onFocus);
    document.addEventListener("visibilitychange", onFocus);
    this.until(() => {
      removeEventListener("focus", onFocus);
      document.removeEventListener("visibilitychange", onFocus);
    });
    this.scroller.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => takeMessageKey(event, this));
    actionsFor(this);
    this.showAll();
    this.showPending();
    const line = this.#list.querySelector(".unread-line");
    if (line) line.scrollIntoView({ block: "start" });
    else this.stickToEnd();
    this.onScroll();
    if (!this.#isAtEnd) this.#fresh = room.unread;
    this.showJump();
  }

  stop() {
    this.watch?.disconnect();
    this.size?.disconnect();
  }

  change({ change, id }) {
    if (change === "dropped") {
      this.startOver();
    } else if (change === "message") {
      this.keepPlace(() => this.redraw(id));
    } else if (change === "newer") {
      if (!this.#isAtEnd) this.#fresh += 1;
      this.keepPlace(() => this.showAll());
      this.reportRead();
    } else this.keepPlace(() => this.showAll());
    this.showJump();
  }

  async startOver() {
    this.timeline = openTimeline(this.room);
    this.#chunks.clear();
    refill(this.#list);
    await this.timeline.load();
    this.showAll();
    this.stickToEnd();
  }

  // --- Drawing -----------------------------------------------------------------------------------

  showAll() {
    const { chunks } = this.timeline;
    match(this.#list, chunks, {
      key: (chunk) => chunk.id,
      make: (chunk) => {
        const element = h("div", { class: "chunk" });
        element.chunk = chunk;
        this.#chunks.set(chunk.id, element);
        this.watch.observe(element);
        this.draw(element);
        return element;
      },
    });
    // Only the ends change: the newest chunk grows, and the oldest gets a neighbour.
    const edges = [0, 1, 2, chunks.length - 2, chunks.length - 1];
    for (const at of new Set(edges)) {
      const element = chunks[at] && this.#chunks.get(chunks[at].id);
      if (element?.isDrawn) this.draw(element);
    }
    refill(this.#top, this.timeline.isComplete
      ? h("p", { class: "beginning soft" }, t("room.beginning"))
      : spinner());
  }

  /** Draw again where a message is, or everywhere. */
  redraw(id) {
    const message = id && this.timeline.message(id);
    for (const element of this.#chunks.values()) {
      const { items } = element.chunk;
      const isThere = !message || (items[0].seq <= message.seq && message.seq <= items.at(-1).seq);
      if (element.isDrawn && isThere) this.draw(element);
    }
    if (id) this.redrawQuotes(id);
  }

  redrawQuotes(id) {
    for (const quote of this.#list.querySelectorAll(`.quote[data-of="${CSS.escape(id)}"]`)) {
      const element = quote.closest(".chunk");
      quote.closest("[data-key]").dataset.look = "";
      this.draw(element);
    }
  }

  draw(element) {
    element.isDrawn = true;
    element.style.blockSize = "";
    const { chunk } = element;
    const at = this.timeline.chunks.indexOf(chunk);
    const before = this.timeline.chunks[at - 1]?.items.at(-1);
    const after = this.timeline.chunks[at + 1]?.items[0];
    const looks = look({
      items: chunk.items, before, after, timeline: this.timeline, firstUnread: this.#firstUnread,
      room: state.rooms.get(this.room),
    });
    const make = (one) => (one.message ? messageRow(one, this.timeline) : lineRow(one));
    match(element, looks, {
      key: (one) => one.key,
      make,
      update: (row, one) => {
        if (row.dataset.look === one.look) return null;
        const hadFocus = row.contains(document.activeElement);
        const fresh = make(one);
        if (hadFocus) queueMicrotask(() => fresh.querySelector("article")?.focus());
        return fresh;
      },
    });
  }

  drawSeen(seen) {
    this.keepPlace(() => {
      for (const { target, isIntersecting } of seen) {
        if (isIntersecting && !target.isDrawn) this.draw(target);
        else if (!isIntersecting && target.isDrawn && !target.contains(document.activeElement)) {
          target.style.blockSize = `${target.offsetHeight}px`;
          target.replaceChildren();
          target.isDrawn = false;
        }
      }
    });
  }

  showPending() {
    const pending = pendingIn(this.room);
    match(this.#pending, pending, {
      key: (one) => one.id,
      make: (one) => pendingRow(one, this.timeline),
      update: (row, one) => (row.dataset.look === String(one.failed)
        ? null : pendingRow(one, this.timeline)),
    });
  }

  // --- Place -------------------------------------------------------------------------------------

  /** Change what is shown without moving what one reads. */
  keepPlace(change) {
    if (this.#isAtEnd) {
      change();
      this.stickToEnd();
      return;
    }
    const top = this.scroller.getBoundingClientRect().top;
    const rows = [...this.#list.querySelectorAll("[data-seq]")];
    const first = rows.find((row) => row.getBoundingClientRect().bottom > top);
    const before = first?.getBoundingClientRect().top;
    change();
    const same = first && (first.isConnected
      ? first : this.#list.querySelector(`[data-seq="${first.dataset.seq}"]`));
    if (same) this.scroller.scrollTop += same.getBoundingClientRect().top - before;
  }

  stickToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#isAtEnd = true;
  }

  toNewest({ smooth = false } = {}) {
    const far = this.scroller.scrollHeight - this.scroller.scrollTop > 3 * this.clientHeight;
    if (smooth && !far) {
      this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: "smooth" });
    } else this.stickToEnd();
    this.onScroll();
  }

  onScroll() {
    if (!this.#begun) return;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    if (this.#isAtEnd) this.#fresh = 0;
    this.showJump();
    this.reportRead();
    if (scrollTop < LOAD_OLDER_PX) this.loadOlder();
  }

  async loadOlder() {
    if (this.isLoading || this.timeline.isComplete) return;
    this.isLoading = true;
    try {
      await this.timeline.loadOlder();
    } catch {
      // It is tried again at the next scroll.
    } finally {
      this.isLoading = false;
    }
    const { scrollHeight, clientHeight } = this.scroller;
    if (this.isConnected && scrollHeight <= clientHeight) this.loadOlder();
  }

  showJump() {
    this.#jump.hidden = this.#isAtEnd;
    const label = this.#fresh ? t("room.jump_new", { count: this.#fresh }) : t("room.jump");
    this.#jump.setAttribute("aria-label", label);
    const count = this.#fresh > 0 && h("span", { class: "badge" }, String(this.#fresh));
    refill(this.#jump, icon("down"), count);
  }

  reportRead() {
    const isLooking = document.visibilityState === "visible" && document.hasFocus();
    if (this.#isAtEnd && isLooking && this.#begun && state.connection === "open") {
      this.dispatchEvent(new CustomEvent("read", { bubbles: true }));
    }
  }

  // --- What others ask of it ---------------------------------------------------------------------

  /** Scroll to a message and mark it for a moment; loads back to it if need be. */
  async show(id) {
    this.#isAtEnd = false;
    if (!(await this.timeline.find(id))) {
      toast(t("message.not_there"));
      return;
    }
    const { seq } = this.timeline.message(id);
    const inChunk = [...this.#chunks.values()].find(({ chunk: { items } }) => (
      items[0].seq <= seq && seq <= items.at(-1).seq
    ));
    if (!inChunk.isDrawn) this.draw(inChunk);
    const row = inChunk.querySelector(`[data-seq="${seq}"]`);
    row.scrollIntoView({ block: "center" });
    row.classList.add("marked");
    row.querySelector("article")?.focus({ preventScroll: true });
    setTimeout(() => row.classList.remove("marked"), MARK_MS);
  }

  /** Begin to edit one's own last message. */
  editLast() {
    for (const { id } of this.timeline.backwards()) {
      const message = id && this.timeline.message(id);
      if (message?.author === state.me.id && message.kind === "text") {
        startEdit(this, message);
        return;
      }
    }
  }
}
customElements.define("kith-timeline", Timeline);
