/** Trust as a picture: lender, people between, borrower; lines as thick as their amount. */

import { s } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { nameOf, youOrName } from "../state/people.js";
import { fold } from "./picture-ways.js";

const WIDE = 720;
const NARROW = 340;
const ROW = 84;
const TOP = 44;
const THICKEST = 26;
const THINNEST = 3;
const LONGEST_NAME = 16;
const LONGEST_NAME_NARROW = 9;
const NAME_LINES = 2;
const NAME_LINE_PX = 16;
const AMOUNT_PX = 26;

/**
 * Draw edges { from, to, amount, isTight } between a lender and a borrower. People are ids; who is
 * not to be known has an id that begins with `?`. Of many ways the largest are drawn, and how many
 * others there are.
 */
export function picture({ lender, borrower, edges: all, label, isNarrow = false }) {
  const width = isNarrow ? NARROW : WIDE;
  const edges = fold(all, lender, borrower);
  const columns = arrange(lender, borrower, edges);
  const most = Math.max(...edges.map((edge) => edge.amount), 1);
  // The line from end to end passes below the people between.
  const isDirect = (edge) => edge.from === lender && edge.to === borrower;
  const below = columns.length > 2 && edges.some(isDirect) ? ROW * 0.75 : 0;
  const between = columns.slice(1, -1).flat().length;
  const height = TOP + Math.max(between, 1) * ROW + below + 12;
  const places = place(columns, width, height, below);
  const drawing = s(
    "svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": label ?? describe(edges) },
    heads(columns, width),
  );
  const amounts = [];
  for (const edge of edges) {
    const thick = THINNEST + (THICKEST - THINNEST) * (edge.amount / most);
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    const isBelow = below > 0 && isDirect(edge);
    const middle = {
      x: (from.x + to.x) / 2, y: isBelow ? height - ROW * 0.4 : (from.y + to.y) / 2,
    };
    drawing.append(curve(from, to, isBelow && middle, thick, edge.isTight));
    amounts.push(amountAt(middle, edge));
  }
  const longest = isNarrow ? LONGEST_NAME_NARROW : LONGEST_NAME;
  for (const [id, at] of places) {
    drawing.append(person(id, at, id === lender || id === borrower, longest));
  }
  drawing.append(...spread(amounts).map(pill));
  return drawing;
}

/** Put people into columns: who passes on to somebody between stands left of them. */
function arrange(lender, borrower, edges) {
  const isBetween = (id) => id !== lender && id !== borrower;
  const inner = edges.filter(({ from, to }) => isBetween(from) && isBetween(to));
  const givers = new Set(inner.map((edge) => edge.from));
  const takers = new Set(inner.map((edge) => edge.to));
  const between = new Set(edges.flatMap(({ from, to }) => [from, to]).filter(isBetween));
  const columns = [[], [], []];
  for (const id of between) {
    const at = givers.has(id) === takers.has(id) ? 1 : givers.has(id) ? 0 : 2;
    columns[at].push(id);
  }
  return [[lender], ...columns.filter((column) => column.length), [borrower]];
}

/** Give each person between a row of their own, so that no line runs through somebody else. */
function place(columns, width, height, below) {
  const places = new Map();
  const edge = edgeOf(width);
  const step = (width - 2 * edge) / (columns.length - 1);
  const inner = columns.slice(1, -1).flat();
  // What stands for other ways comes last, below the people.
  const isSum = (id) => id.startsWith("+");
  const between = [...inner.filter((id) => !isSum(id)), ...inner.filter(isSum)];
  columns.forEach((column, at) => {
    const isEnd = at === 0 || at === columns.length - 1;
    const rows = isEnd ? column : between;
    const room = height - TOP - 12 - (isEnd ? 0 : below);
    for (const id of column) {
      const y = TOP + (room / rows.length) * (rows.indexOf(id) + 0.5) - 8;
      places.set(id, { x: edge + step * at, y });
    }
  });
  return places;
}

function edgeOf(width) {
  return width / 9;
}

function heads(columns, width) {
  const head = (x, text) => s(
    "text", { class: "picture-head", x, y: 20, "text-anchor": "middle" }, text,
  );
  return [
    head(edgeOf(width), t("limit.lender")),
    columns.length > 2 && head(width / 2, t("limit.between")),
    head(width - edgeOf(width), t("limit.borrower")),
  ];
}

function curve(from, to, over, thick, isTight) {
  const half = (from.x + to.x) / 2;
  const bend = (half - from.x) / 2;
  const d = over
    ? `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${from.x + bend} ${over.y} ${half} ${over.y}`
      + `S${to.x - bend} ${to.y} ${to.x} ${to.y}`
    : `M${from.x} ${from.y}C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`;
  return s("path", {
    class: isTight ? "picture-line tight" : "picture-line", d, "stroke-width": thick.toFixed(1),
  });
}

function amountAt({ x, y }, { amount, isTight }) {
  const text = isTight ? `⧓ ${money(amount)}` : money(amount);
  return { x, y, width: money(amount).length * 8 + 20 + (isTight ? 20 : 0), text, isTight };
}

/** Move amounts down that would lie on others. */
function spread(amounts) {
  const placed = [];
  for (const one of amounts.sort((a, b) => a.y - b.y)) {
    const isOn = (other) => Math.abs(other.x - one.x) < (other.width + one.width) / 2
      && Math.abs(other.y - one.y) < AMOUNT_PX;
    for (let under = placed.find(isOn); under; under = placed.find(isOn)) {
      one.y = under.y + AMOUNT_PX;
    }
    placed.push(one);
  }
  return placed;
}

function pill({ x, y, width, text, isTight }) {
  return s(
    "g", { class: isTight ? "picture-amount tight" : "picture-amount" },
    s("rect", { x: x - width / 2, y: y - 12, width, height: 24, rx: 12 }),
    s("text", { x, y: y + 5, "text-anchor": "middle" }, text),
  );
}

function person(id, { x, y }, isEnd, longest) {
  const name = nameIn(id);
  const initial = isOne(id) ? [...nameOf(id)][0] : id.slice(0, id.startsWith("?") ? 1 : undefined);
  return s(
    "g", { class: `picture-person ${isEnd ? "end" : ""} ${isOne(id) ? "" : "unknown"}` },
    s("circle", { cx: x, cy: y, r: isEnd ? 22 : 18 }),
    s("text", { class: "picture-initial", x, y: y + 5, "text-anchor": "middle" }, initial),
    s("text", { class: "picture-name", y: y + (isEnd ? 40 : 36), "text-anchor": "middle" },
      s("title", {}, name),
      wrap(name, longest).map((line, at) => s("tspan", { x, dy: at ? NAME_LINE_PX : 0 }, line))),
  );
}

/** Tell whether an id is of one person whom the reader may know. */
function isOne(id) {
  return !id.startsWith("?") && !id.startsWith("+");
}

function nameIn(id) {
  if (id.startsWith("+")) return t("limit.more_ways", { count: Number(id) });
  return isOne(id) ? youOrName(id) : t("people.someone");
}

/** Return a name in as many lines as there is room for; what does not fit is cut. */
function wrap(name, longest) {
  const lines = [];
  for (const word of name.trim().split(/\s+/u)) {
    const last = lines.at(-1);
    if (last && [...last, ...word].length < longest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines.slice(0, NAME_LINES);
  if (lines.length > NAME_LINES) shown[NAME_LINES - 1] += "…";
  return shown.map((line) => cut(line, longest));
}

function cut(text, longest) {
  const signs = [...text];
  return signs.length > longest ? `${signs.slice(0, longest - 1).join("")}…` : text;
}

/** Return the lines in words, for who does not look at pictures. */
function describe(edges) {
  return edges.map(({ from, to, amount, isTight }) => t(
    isTight ? "limit.line_tight_words" : "limit.line_words",
    { from: nameIn(from), to: nameIn(to), amount: money(amount) },
  )).join("; ");
}
