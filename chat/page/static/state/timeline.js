/** The messages of one room as far as they are loaded: chunks of items, ascending by number. */

import { tell } from "../core/bus.js";
import { call } from "../net/api.js";
import { state } from "./store.js";

const PAGE = 120;
const CHUNK = 40;
const FEW_MESSAGES = 12;
const HISTORY = 50;
// How far back an unread line is worth looking for.
const UNREAD_PAGES = 4;
// Events that are shown as a line of their own between the messages.
const LINES = new Set(["member.joined", "member.left", "member.changed", "room.changed"]);

const timelines = new Map();

/** Return the room's timeline if it was opened before. */
export function findTimeline(room) {
  return timelines.get(room);
}

/** Return the room's timeline; `load` fills it. */
export function openTimeline(room) {
  if (!timelines.has(room)) timelines.set(room, new Timeline(room));
  return timelines.get(room);
}

/** Forget a room's messages. */
export function dropTimeline(room) {
  timelines.delete(room);
}

export class Timeline {
  chunks = [];
  isLoaded = false;
  #room;
  #messages = new Map();
  // The number of the event that a message's state, or its card's, is from.
  #touched = new Map();
  #cards = new Map();
  #seqs = new Set();
  #from = null;
  #loading = null;
  #chunkIds = 0;

  constructor(room) {
    this.#room = room;
  }

  /** Tell whether there is nothing older to load. */
  get isComplete() {
    return this.#from !== null && this.#from <= state.rooms.get(this.#room)?.joined_seq;
  }

  /** Return a message as it stands now, or undefined. */
  message(id) {
    return this.#messages.get(id);
  }

  /** Return the newest state of a message's card. */
  cardOf(message) {
    return this.#cards.get(message.id)?.card ?? message.card;
  }

  /** Return the items from a number on, newest first. */
  *backwards() {
    for (let c = this.chunks.length - 1; c >= 0; c -= 1) {
      const { items } = this.chunks[c];
      for (let i = items.length - 1; i >= 0; i -= 1) yield items[i];
    }
  }

  /** Load the newest messages, back to the first unread one where that is not too far. */
  load() {
    if (this.isLoaded) return Promise.resolve();
    this.#loading ??= this.#loadNewest().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #loadNewest() {
    const room = state.rooms.get(this.#room);
    this.#from ??= room.last_seq + 1;
    await this.#loadBack();
    for (let page = 1; page < UNREAD_PAGES && this.#from > room.read_seq + 1; page += 1) {
      if (this.isComplete || room.unread === 0) break;
      await this.#loadBack();
    }
    this.isLoaded = true;
    tell(`timeline:${this.#room}`, { change: "loaded" });
  }

  /** Load a page of older messages. */
  loadOlder() {
    if (this.isComplete || !this.isLoaded) return Promise.resolve();
    this.#loading ??= this.#loadBack()
      .then(() => tell(`timeline:${this.#room}`, { change: "older" }))
      .finally(() => (this.#loading = null));
    return this.#loading;
  }

  // Events rather than messages, because they also say who came and went. A stretch in which cards
  // changed much holds few messages, so there the rest comes as messages.
  async #loadBack() {
    const { joined_seq: joined } = state.rooms.get(this.#room);
    const after = Math.max(joined - 1, this.#from - 1 - PAGE);
    const limit = this.#from - 1 - after;
    if (limit > 0) {
      const { events } = await call("room.sync", { room: this.#room, after, limit });
      this.#from = after + 1;
      this.#addPage(events.filter((event) => event.seq <= after + limit));
      const messages = events.filter((event) => event.kind === "message.new");
      if (messages.length >= FEW_MESSAGES || this.#from <= joined) return;
    }
    if (this.#from > joined) await this.#loadHistory(joined);
  }

  async #loadHistory(joined) {
    const fields = { room: this.#room, before: this.#from, limit: HISTORY };
    const { messages, more } = await call("room.history", fields);
    for (const message of messages) this.#note(message, this.#from);
    this.#prepend(messages.reverse().map(({ seq, id }) => ({ seq, id })));
    this.#from = more && messages.length ? messages[0].seq : joined;
  }

  #addPage(events) {
    const items = [];
    for (const event of events) {
      const item = this.#learn(event);
      if (item && !this.#seqs.has(item.seq)) items.push(item);
    }
    this.#prepend(items);
  }

  #prepend(items) {
    const fresh = items.filter((item) => !this.#seqs.has(item.seq));
    for (const item of fresh) this.#seqs.add(item.seq);
    const chunks = [];
    for (let end = fresh.length; end > 0; end -= CHUNK) {
      chunks.unshift(this.#makeChunk(fresh.slice(Math.max(0, end - CHUNK), end)));
    }
    this.chunks.unshift(...chunks);
  }

  #makeChunk(items) {
    this.#chunkIds += 1;
    return { id: this.#chunkIds, items };
  }

  /** Take an event that is in line; returns whether it brought a new item. */
  apply(event) {
    const item = this.#learn(event);
    if (!item) {
      const id = event.message_id ?? event.message?.id;
      if (id) tell(`timeline:${this.#room}`, { change: "message", id });
      return false;
    }
    if (this.#seqs.has(item.seq)) return false;
    this.#seqs.add(item.seq);
    const last = this.chunks.at(-1);
    if (last && last.items.length < CHUNK) last.items.push(item);
    else this.chunks.push(this.#makeChunk([item]));
    tell(`timeline:${this.#room}`, { change: "newer" });
    return true;
  }

  /** Keep what an event says, and return the item that shows it, if it has one. */
  #learn(event) {
    if (event.kind === "card.changed") {
      if (event.card) this.#noteCard(event.message_id, event.seq, event.card);
      return null;
    }
    if (LINES.has(event.kind)) return { seq: event.seq, event };
    // What was said before one joined.
    if (!event.message || event.message.redacted) return null;
    this.#note(event.message, event.seq);
    return event.kind === "message.new" ? { seq: event.seq, id: event.message.id } : null;
  }

  #note(message, seq) {
    if ((this.#touched.get(message.id) ?? -1) >= seq) return;
    this.#touched.set(message.id, seq);
    this.#messages.set(message.id, message);
    if (message.card) this.#noteCard(message.id, seq, message.card);
  }

  #noteCard(id, seq, card) {
    if ((this.#cards.get(id)?.seq ?? -1) >= seq) return;
    this.#cards.set(id, { seq, card });
    tell(`card:${card.id}`, card);
  }

  /** Load back until the message is there; returns whether it is. */
  async find(id) {
    while (!this.#has(id) && !this.isComplete) {
      const before = this.#from;
      await this.loadOlder();
      // Ids of messages ascend with time, so it cannot be further back than an older one.
      const oldest = this.chunks[0]?.items.find((item) => item.id)?.id;
      if (this.#from === before || (oldest && oldest < id)) break;
    }
    return this.#has(id);
  }

  #has(id) {
    return this.#messages.has(id) && this.#seqs.has(this.#messages.get(id).seq);
  }

  /** Return the message that an id of a card stands in, or undefined. */
  findByCard(cardId) {
    for (const [id, { card }] of this.#cards) if (card.id === cardId) return this.#messages.get(id);
    return undefined;
  }
}
