/** From the paths of a limit to lines, to the one that is tight, and to sentences. */

import { t, tParts } from "../core/i18n.js";
import { state } from "../state/store.js";
import { sum, who } from "./parts.js";

const MOST_LINES = 3;
const MOST_TIGHT = 5;
const RAISED_BY = ["tier", "score", "open_loans", "open_asks", "overdue"];

/**
 * Return the lines of the picture, each way in words, and what keeps the limit from being higher.
 *
 * Only one's own lines are known with what is left of them. Where they have room left, the tight
 * line of a path is the next one, which belongs to others.
 */
export function explain({ limit, lines, lender, borrower }) {
  const paths = withNodes(limit.paths, { lender, borrower });
  const edges = join(paths);
  const isCapped = limit.limit === limit.cap && limit.cap < limit.flow;
  if (limit.tight?.length) markKnown(limit.tight, edges);
  else if (!isCapped) markTight(paths, edges, lines);
  return {
    edges: [...edges.values()],
    ways: paths.map(wayWords),
    more: moreWords(limit, borrower),
    tight: isCapped || !limit.limit ? boundWords(limit, borrower, isCapped) : tightWords(edges),
  };
}

/** Return the lines { from, to, amount } of paths; whoever is not known has an id per path. */
export function edgesOf(paths, ends) {
  return [...join(withNodes(paths, ends)).values()];
}

function withNodes(paths, { lender, borrower }) {
  return paths.map((path, at) => ({
    ...path,
    nodes: [lender, ...path.through.map((id, place) => id ?? `?${at}-${place}`), borrower],
  }));
}

function join(paths) {
  const edges = new Map();
  for (const { nodes, amount } of paths) {
    for (let at = 1; at < nodes.length; at += 1) {
      const [from, to] = [nodes[at - 1], nodes[at]];
      const key = `${from} ${to}`;
      const edge = edges.get(key) ?? { from, to, amount: 0, isTight: false };
      edge.amount += amount;
      edges.set(key, edge);
    }
  }
  return edges;
}

function markTight(paths, edges, { given, received }) {
  const own = [...given, ...received];
  const free = new Map(own.map((line) => [`${line.from} ${line.to}`, line.free]));
  for (const { nodes } of paths) {
    const keys = nodes.slice(1).map((to, at) => `${nodes[at]} ${to}`);
    const full = keys.find((key) => free.has(key) && edges.get(key).amount >= free.get(key));
    // With room in all lines that one may see, it must be one that one may not see.
    const tight = full ?? keys.find((key) => !free.has(key));
    if (tight) edges.get(tight).isTight = true;
  }
}

/** Mark the lines that the service calls tight; whom one may not know stands on no known line. */
function markKnown(tight, edges) {
  for (const { from, to } of tight) {
    const edge = edges.get(`${from} ${to}`)
      ?? [...edges.values()].find((one) => fits(from, one.from) && fits(to, one.to));
    if (edge) edge.isTight = true;
  }
}

function fits(wanted, id) {
  return wanted === id || (wanted === null && id.startsWith("?"));
}

/** Return what would raise the limit, one sentence each; nothing where the service does not say. */
function moreWords({ tight = [], raise_by: lifts = [], limit }, borrower) {
  const isMe = borrower === state.me.id;
  const name = (id) => (id ? who(id, { you: true }) : t("people.someone"));
  const lines = tight.slice(0, MOST_LINES)
    .filter((line) => line.limit_with_more.limit > limit)
    .map(({ from, to, limit_with_more: more }) => tParts("limit.with_more", {
      line: tParts("limit.line", { from: name(from), to: name(to) }),
      add: sum(more.add), limit: sum(more.limit),
    }));
  const known = lifts.filter(({ code }) => RAISED_BY.includes(code));
  const others = known.map(({ code, limit: raised }) => [
    t(`limit.raise_${code}${isMe ? "_you" : ""}`),
    raised !== null && [" ", tParts(`limit.raise_to_${code}`, { limit: sum(raised) })],
  ]);
  return [...lines, ...others];
}

function person(id) {
  return id.startsWith("?") ? t("people.someone") : who(id, { you: true });
}

function wayWords({ nodes, amount }) {
  const places = { amount: sum(amount) };
  if (nodes.length === 2) return tParts("limit.way_direct", places);
  if (nodes.length === 3) return tParts("limit.way_one", { ...places, who: person(nodes[1]) });
  return tParts("limit.way_two", {
    ...places, first: person(nodes[1]), second: person(nodes[2]),
  });
}

function boundWords(limit, borrower, isCapped) {
  const isMe = borrower === state.me.id;
  if (isCapped) {
    return tParts(isMe ? "limit.capped_you" : "limit.capped", {
      flow: sum(limit.flow), cap: sum(limit.cap), who: who(borrower),
    });
  }
  return tParts(isMe ? "limit.nothing_you" : "limit.nothing", { who: who(borrower) });
}

function tightWords(edges) {
  const tight = [...edges.values()].filter((edge) => edge.isTight);
  const named = tight.slice(0, MOST_TIGHT).map(({ from, to, amount }, at) => [
    at > 0 && "; ", tParts("limit.line", { from: person(from), to: person(to) }), " (",
    sum(amount), ")",
  ]);
  const more = tight.length - MOST_TIGHT;
  if (more > 0) named.push(t("limit.more_lines", { count: more }));
  return tParts(tight.length > 1 ? "limit.tight_many" : "limit.tight", { lines: named });
}
