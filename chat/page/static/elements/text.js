/** Text of people as nodes: links that are safe, mentions, and emoji alone in large. */

import { h } from "../core/dom.js";
import { state } from "../state/store.js";

const PARTS = /(https?:\/\/[^\s<>"'`]+)|(?<![\w@])@([\p{L}\p{N}_.-]{2,32})/giu;
const TRAILING = /[.,;:!?)\]}。，；：！？）】]+$/u;
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;
const PICTURE = /\p{Extended_Pictographic}/u;
const MOST_JUMBO = 3;
const LONGEST_JUMBO = 40;

/** Return the text as text nodes, links and mentions. */
export function richText(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(PARTS)) {
    const [whole, address, username] = found;
    const node = address ? link(address) : mention(username);
    if (!node) continue;
    const shown = address ? node.textContent : whole;
    nodes.push(text.slice(end, found.index), node);
    end = found.index + shown.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

function link(address) {
  const shown = address.replace(TRAILING, "");
  let url;
  try {
    url = new URL(shown);
  } catch {
    return null;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  const attributes = { href: url.href, target: "_blank", rel: "noopener noreferrer", dir: "ltr" };
  return h("a", attributes, shown);
}

function mention(username) {
  const isMe = username.replace(/[.-]+$/, "").toLowerCase() === state.me.username.toLowerCase();
  return h("span", { class: isMe ? "mention me" : "mention" }, `@${username}`);
}

/** Tell whether a text is nothing but a few emoji. */
export function isOnlyEmoji(text) {
  if (text.length > LONGEST_JUMBO || !EMOJI.test(text) || !PICTURE.test(text)) return false;
  const signs = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text.trim());
  return [...signs].filter(({ segment }) => segment.trim()).length <= MOST_JUMBO;
}
