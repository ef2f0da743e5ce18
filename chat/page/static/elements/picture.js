/** Trust as a picture: lender, people between, borrower; lines as thick as their amount. */

import { s } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { nameOf, youOrName } from "../state/people.js";

const WIDTH = 720;
const EDGE = 96;
const ROW = 72;
const TOP = 56;
const THICKEST = 26;
const THINNEST = 3;
const NAME_LENGTH = 14;

/**
 * Draw edges { from, to, amount, isTight } between a lender and a borrower. People are ids; who is
 * not to be known has an id that begins with `?`.
 */
export function picture({ lender, borrower, edges, label }) {
  const columns = arrange(lender, borrower, edges);
  const most = Math.max(...edges.map((edge) => edge.amount), 1);
  const rows = Math.max(...columns.map((column) => column.length));
  const height = TOP + Math.max(rows, 2) * ROW;
  const places = place(columns, height);
  const drawing = s(
    "svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${height}`, role: "img",
      "aria-label": label ?? describe(edges) },
    heads(columns),
  );
  const texts = [];
  for (const edge of edges) {
    const thick = THINNEST + (THICKEST - THINNEST) * (edge.amount / most);
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    drawing.append(curve(from, to, thick, edge.isTight));
    texts.push(amountAt(from, to, edge));
  }
  for (const [id, at] of places) drawing.append(person(id, at, id === lender || id === borrower));
  drawing.append(...texts);
  return drawing;
}

function arrange(lender, borrower, edges) {
  const between = new Set();
  for (const { from, to } of edges) {
    for (const id of [from, to]) if (id !== lender && id !== borrower) between.add(id);
  }
  const reachesBorrower = new Set(edges.filter((e) => e.to === borrower).map((e) => e.from));
  const fromLender = new Set(edges.filter((e) => e.from === lender).map((e) => e.to));
  const middle = { first: [], both: [], second: [] };
  for (const id of between) {
    const isFirst = fromLender.has(id) && !reachesBorrower.has(id);
    const isSecond = !fromLender.has(id);
    middle[isFirst ? "first" : isSecond ? "second" : "both"].push(id);
  }
  const inner = [middle.first, middle.both, middle.second].filter((column) => column.length);
  return [[lender], ...inner, [borrower]];
}

function place(columns, height) {
  const places = new Map();
  const step = (WIDTH - 2 * EDGE) / (columns.length - 1);
  columns.forEach((column, at) => {
    column.forEach((id, row) => {
      const y = TOP + ((height - TOP) / column.length) * (row + 0.5);
      places.set(id, { x: EDGE + step * at, y });
    });
  });
  return places;
}

function heads(columns) {
  const middle = columns.length > 2 && s(
    "text", { class: "picture-head", x: WIDTH / 2, y: 20, "text-anchor": "middle" },
    t("limit.between"),
  );
  return [
    s("text", { class: "picture-head", x: EDGE, y: 20, "text-anchor": "middle" },
      t("limit.lender")),
    middle,
    s("text", { class: "picture-head", x: WIDTH - EDGE, y: 20, "text-anchor": "middle" },
      t("limit.borrower")),
  ];
}

function curve(from, to, thick, isTight) {
  const half = (from.x + to.x) / 2;
  const d = `M${from.x} ${from.y}C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`;
  return s("path", {
    class: isTight ? "picture-line tight" : "picture-line", d, "stroke-width": thick.toFixed(1),
  });
}

function amountAt(from, to, { amount, isTight }) {
  const x = (from.x + to.x) / 2;
  const y = (from.y + to.y) / 2;
  const text = money(amount);
  const width = text.length * 8 + 20 + (isTight ? 20 : 0);
  return s(
    "g", { class: isTight ? "picture-amount tight" : "picture-amount" },
    s("rect", { x: x - width / 2, y: y - 12, width, height: 24, rx: 12 }),
    s("text", { x, y: y + 5, "text-anchor": "middle" }, isTight ? `⧓ ${text}` : text),
  );
}

function person(id, { x, y }, isEnd) {
  const isUnknown = id.startsWith("?");
  const name = isUnknown ? t("people.someone") : youOrName(id);
  const signs = [...name];
  const short = signs.length > NAME_LENGTH ? `${signs.slice(0, NAME_LENGTH).join("")}…` : name;
  return s(
    "g", { class: `picture-person ${isEnd ? "end" : ""} ${isUnknown ? "unknown" : ""}` },
    s("circle", { cx: x, cy: y, r: isEnd ? 22 : 18 }),
    s("text", { class: "picture-initial", x, y: y + 5, "text-anchor": "middle" },
      isUnknown ? "?" : [...nameOf(id)][0]),
    s("text", { class: "picture-name", x, y: y + (isEnd ? 40 : 36), "text-anchor": "middle" },
      s("title", {}, name), short),
  );
}

/** Return the lines in words, for who does not look at pictures. */
function describe(edges) {
  const name = (id) => (id.startsWith("?") ? t("people.someone") : youOrName(id));
  return edges.map(({ from, to, amount, isTight }) => t(
    isTight ? "limit.line_tight_words" : "limit.line_words",
    { from: name(from), to: name(to), amount: money(amount) },
  )).join("; ");
}
