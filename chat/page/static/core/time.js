/** Moments and days as people say them, in the reader's zone. */

import { locale, t } from "./i18n.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const formats = new Map();

function format(at, options) {
  const name = `${locale()} ${JSON.stringify(options)}`;
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(locale(), options));
  return formats.get(name).format(at);
}

function startOfDay(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function daysAgo(at) {
  return Math.round((startOfDay(new Date()) - startOfDay(at)) / DAY);
}

/** Return the time of day: 14:02. */
export function clock(at) {
  return format(new Date(at), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Return a name of the day that is the same for all moments of it. */
export function dayKey(at) {
  return startOfDay(new Date(at));
}

/** Return the day for a line between messages: Today, Yesterday, Monday, 3 March 2026. */
export function dayName(moment) {
  const at = new Date(moment);
  const ago = daysAgo(at);
  if (ago === 0) return t("time.today");
  if (ago === 1) return t("time.yesterday");
  if (ago > 1 && ago < 7) return format(at, { weekday: "long" });
  const sameYear = at.getFullYear() === new Date().getFullYear();
  const options = { weekday: "short", day: "numeric", month: "long" };
  return format(at, sameYear ? options : { day: "numeric", month: "long", year: "numeric" });
}

/** Return a moment as short as a list allows: 14:02, Yesterday, Mon, 3 Mar. */
export function shortMoment(moment) {
  const at = new Date(moment);
  const ago = daysAgo(at);
  if (ago === 0) return clock(at);
  if (ago === 1) return t("time.yesterday");
  if (ago > 1 && ago < 7) return format(at, { weekday: "short" });
  const sameYear = at.getFullYear() === new Date().getFullYear();
  const options = { day: "numeric", month: "short" };
  return format(at, sameYear ? options : { ...options, year: "numeric" });
}

/** Return day and time in full. */
export function fullMoment(moment) {
  return format(new Date(moment), { dateStyle: "medium", timeStyle: "short" });
}

/** Return a date without a time, such as the day on which a loan is due. */
export function day(date) {
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  return format(new Date(year, month - 1, dayOfMonth), { dateStyle: "medium" });
}

/** Return how long it is until a moment: 6 days, 23 h, 12 min; nothing once it is over. */
export function timeLeft(moment) {
  const minutes = Math.ceil((new Date(moment) - Date.now()) / MINUTE);
  if (minutes <= 0) return "";
  if (minutes < 60) return t("time.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t("time.days", { count: Math.floor(hours / 24) });
  return t("time.hours", { count: hours });
}
