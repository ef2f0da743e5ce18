/** Rows as files and as text. */

import { h } from "../core/dom.js";

const KEPT_MS = 60_000;

function plain(value) {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(" ") : String(value);
}

// A spreadsheet takes what begins so for a formula, from a file as from the clipboard.
function harmless(value) {
  const text = plain(value);
  return typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quote(value) {
  const safe = harmless(value);
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Save a file under a name. */
export function save(name, blob) {
  const file = URL.createObjectURL(blob);
  h("a", { href: file, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(file), KEPT_MS);
}

/** Save an answer as CSV. */
export function saveCsv(name, { columns, rows }) {
  const lines = [columns, ...rows].map((cells) => cells.map(quote).join(","));
  save(`kith-${name}.csv`, new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
}

/** Save an answer as JSON. */
export function saveJson(name, { columns, rows, more }) {
  const text = JSON.stringify({ name, columns, rows, more }, null, 2);
  save(`kith-${name}.json`, new Blob([text], { type: "application/json" }));
}

/** Return rows as spreadsheets take them from the clipboard. */
export function asTable(columns, rows) {
  const cell = (value) => harmless(value).replace(/[\t\r\n]+/g, " ");
  return [columns, ...rows].map((cells) => cells.map(cell).join("\t")).join("\n");
}
