/** Words in the reader's language. `words/<language>*.js` hold them. */

import { keep, recall } from "./storage.js";

const PARTS = ["", "-money", "-errors"];
const AGAIN_MS = 1_000;
const LOCALES = { en: "en", zh: "zh-CN" };
export const LANGUAGES = { en: "English", zh: "中文" };

const coming = new Map();
let words = {};
let current = "en";
let plurals = new Intl.PluralRules("en");

/** Return the language of the page. */
export function language() {
  return current;
}

/** Return the locale for numbers and dates: the browser's own where it speaks the language. */
export function locale() {
  const own = navigator.languages.find((one) => one.split("-")[0] === current);
  return own ?? LOCALES[current];
}

function preferred() {
  const chosen = recall("language");
  if (chosen in LANGUAGES) return chosen;
  for (const one of navigator.languages) {
    const language = one.split("-")[0];
    if (language in LANGUAGES) return language;
  }
  return "en";
}

/** Load the words of a language, or of the one that the browser prefers. */
export async function loadLanguage(chosen = preferred()) {
  const load = (part) => import(`../words/${chosen}${part}.js`);
  const loaded = await Promise.all(PARTS.map(load));
  words = Object.assign({}, ...loaded.map((part) => part.default));
  current = chosen;
  plurals = new Intl.PluralRules(chosen);
  document.documentElement.lang = LOCALES[chosen];
}

/**
 * Load words that the first screen does without; from then on they come with the others. A module
 * that uses them waits for them: `await needWords("-friends")`.
 */
export function needWords(...parts) {
  for (const part of parts) if (!coming.has(part)) coming.set(part, add(part));
  return Promise.all(parts.map((part) => coming.get(part)));
}

async function add(part) {
  const chosen = current;
  try {
    const more = (await import(`../words/${chosen}${part}.js`)).default;
    if (chosen !== current) return add(part);
    PARTS.push(part);
    Object.assign(words, more);
  } catch {
    // A module that failed would never come to life in this window.
    await new Promise((resume) => setTimeout(resume, AGAIN_MS));
    return add(part);
  }
  return undefined;
}

/** Switch to a language for good. */
export async function chooseLanguage(chosen) {
  keep("language", chosen);
  await loadLanguage(chosen);
}

/** Tell whether there are words under the name. */
export function hasWords(name) {
  return name in words;
}

/** Return the words under a name, with `{places}` filled in; `count` chooses the plural. */
export function t(name, places = {}) {
  let text = words[name] ?? name;
  if (typeof text === "object") text = text[plurals.select(places.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, place) => String(places[place] ?? ""));
}

/** Return elements or texts as a list in words: a, b and c. */
export function tList(parts) {
  const marks = parts.map((_, at) => String(at));
  const list = new Intl.ListFormat(locale(), { type: "conjunction" }).formatToParts(marks);
  return list.map(({ type, value }) => (type === "element" ? parts[Number(value)] : value));
}

/** Return the words around the places as a list, so that a place can be an element. */
export function tParts(name, places) {
  const marks = Object.keys(places).map((key) => [key, `\u0000${key}\u0000`]);
  const text = t(name, Object.fromEntries(marks));
  return text.split("\u0000").map((part, at) => (at % 2 ? places[part] : part));
}
