/** One message as a row, and the lines between messages. */

import { h, icon } from "../core/dom.js";
import { t, tList, tParts } from "../core/i18n.js";
import { clock, dayName, fullMoment } from "../core/time.js";
import { nameOf, youOrName } from "../state/people.js";
import { state } from "../state/store.js";
import { face, who } from "./parts.js";
import { summary } from "./summary.js";
import { isOnlyEmoji, richText } from "./text.js";
import "./card.js";

/** Return the row of a message; `one` is what `look` says about it. */
export function messageRow(one, timeline) {
  const { message } = one;
  const body = message.kind === "recalled" ? recalled(message) : article(one, timeline);
  return row(one, body);
}

/** Return the row of an event that is a line of its own: who came or went, a new name. */
export function lineRow(one) {
  return row(one, h("p", { class: "line" }, lineText(one)));
}

function row(one, body) {
  return h(
    "div", { class: "item", data: { seq: one.seq, look: one.look } },
    one.day && h("p", { class: "day" }, h("span", {}, dayName(one.day))),
    one.unread && h("p", { class: "unread-line" }, h("span", {}, t("room.unread_line"))),
    body,
  );
}

function lineText({ event: { kind, by, member, name, pinned, via }, people = [member?.person] }) {
  const isSelf = by === member?.person;
  const names = tList(people.map((person) => who(person, { you: isSelf || "inside" })));
  const places = { by: who(by, { you: true }), who: names };
  if (pinned) return tParts("line.pins", places);
  if (kind === "room.changed") {
    return tParts("line.renamed", { ...places, name: h("bdi", {}, name) });
  }
  if (via) {
    const parts = { who: who(member.person, { you: true }), by: who(by, { you: "inside" }) };
    return tParts("line.joined_link", parts);
  }
  if (kind === "member.joined") return tParts(isSelf ? "line.created" : "line.joined", places);
  if (kind === "member.left") return tParts(isSelf ? "line.left" : "line.removed", places);
  return tParts(`line.${member.role}`, places);
}

function recalled(message) {
  const isMine = message.author === state.me.id;
  const text = isMine ? t("message.recalled_own")
    : tParts("message.recalled_by", { who: who(message.author) });
  return h("p", { class: "line" }, text);
}

function article(one, timeline) {
  const { message, isMine, isGroup } = one;
  const place = [one.isFirst && "first", one.isLast && "last"].filter(Boolean).join(" ");
  const label = t("message.label", { name: youOrName(message.author), at: clock(message.at) });
  const hasFace = isGroup && !isMine;
  return h(
    "article",
    { class: `message ${isMine ? "mine" : "theirs"} ${place}`, tabIndex: -1, "aria-label": label,
      data: { id: message.id } },
    hasFace && h("div", { class: "message-face" }, one.isLast && face(message.author, 32)),
    h("div", { class: "stack" },
      hasFace && one.isFirst && h("p", { class: "author small clip" }, who(message.author)),
      message.card ? card(one, timeline) : bubble(one, timeline),
      reactions(message)),
  );
}

function card(one, timeline) {
  const element = document.createElement("kith-card");
  element.card = timeline.cardOf(one.message);
  element.message = one.message;
  return h("div", { class: "card-box" },
    element, one.isLast && h("div", { class: "card-meta" }, meta(one)));
}

function bubble(one, timeline) {
  const { message } = one;
  const isJumbo = !message.reply_to && isOnlyEmoji(message.text);
  const shown = one.isLast || message.edited_at || isJumbo;
  return h(
    "div", { class: `bubble ${isJumbo ? "jumbo" : ""}`, title: fullMoment(message.at) },
    message.reply_to && quote(message.reply_to, timeline),
    message.file && attachment(message.file),
    h("div", { class: "text", dir: "auto" }, richText(message.text), shown && meta(one)),
  );
}

function attachment(file) {
  if (!file.thumbnail) {
    return h("a", { class: "file", href: file.url, download: file.name },
      icon("file"), h("span", { class: "clip", dir: "auto" }, file.name));
  }
  const scale = Math.min(1, 280 / file.width, 320 / file.height);
  const image = h("img", {
    src: file.thumbnail, alt: file.name, loading: "lazy",
    width: Math.round(file.width * scale), height: Math.round(file.height * scale),
  });
  return h("a", { class: "picture", href: file.url, target: "_blank", rel: "noopener" }, image);
}

function meta(one) {
  const { message, isMine, isLast, read } = one;
  const shown = clock(message.at);
  return h(
    "span", { class: "meta" },
    message.edited_at && h("span", {}, t("message.edited")),
    h("time", { datetime: message.at }, shown),
    isMine && isLast && tick(read, one.isGroup),
  );
}

function tick(read, isGroup) {
  const label = read
    ? (isGroup ? t("message.read_by", { count: read }) : t("message.read"))
    : t("message.sent");
  return h("span", { class: read ? "tick read" : "tick", role: "img", "aria-label": label,
    title: label }, icon(read ? "checks" : "check", "icon small"));
}

/** Return the quote of a message that another one answers. */
export function quote(id, timeline) {
  const original = timeline.message(id);
  return h(
    "button", { type: "button", class: "quote", data: { of: id } },
    original && h("strong", {}, who(original.author, { you: true })),
    h("span", { class: "clip", dir: "auto" },
      original ? summary(original) : t("message.earlier")),
  );
}

function reactions(message) {
  if (!message.reactions.length) return null;
  return h(
    "div", { class: "reactions" },
    message.reactions.map(({ emoji, people }) => {
      const isMine = people.includes(state.me.id);
      const names = people.map((person) => youOrName(person)).join(", ");
      return h(
        "button",
        { type: "button", class: "reaction", data: { emoji }, "aria-pressed": String(isMine),
          title: names, "aria-label": t("message.reaction", { emoji, names }) },
        h("span", { "aria-hidden": "true" }, emoji),
        people.length > 1
          && h("span", { class: "small", "aria-hidden": "true" }, String(people.length)),
      );
    }),
  );
}

/** Return what a person reads before an answer: whom it goes to. */
export function replyTitle(message) {
  return t("message.reply_to", { name: nameOf(message.author) });
}
