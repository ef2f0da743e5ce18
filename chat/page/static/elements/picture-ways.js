/** The largest ways of a picture of trust, where more people are between than there is room for. */

const MOST_BETWEEN = 5;

/**
 * Return edges { from, to, amount, isTight } of the largest ways alone; the others are joined to
 * one, over nobody, whose id is a plus and their number.
 */
export function fold(edges, lender, borrower) {
  const isBetween = (id) => id !== lender && id !== borrower;
  const between = new Set(edges.flatMap(({ from, to }) => [from, to]).filter(isBetween));
  if (between.size <= MOST_BETWEEN) return edges;
  const people = new Set();
  const drawn = new Map();
  const others = { count: 0, amount: 0 };
  // From the first that has no room on, so that none is left out for a smaller one.
  for (const { way, amount } of peel(edges, lender, borrower)) {
    const more = way.map((edge) => edge.to).filter((id) => isBetween(id) && !people.has(id));
    if (others.count === 0 && people.size + more.length <= MOST_BETWEEN) {
      for (const id of more) people.add(id);
      for (const edge of way) drawn.set(edge, (drawn.get(edge) ?? 0) + amount);
    } else {
      others.count += 1;
      others.amount += amount;
    }
  }
  const joined = [...drawn].map(([edge, amount]) => ({ ...edge, amount }));
  if (others.count === 0) return joined;
  const [id, amount] = [`+${others.count}`, others.amount];
  return [
    ...joined,
    { from: lender, to: id, amount, isTight: false },
    { from: id, to: borrower, amount, isTight: false },
  ];
}

/** Take the edges apart into ways from end to end, and return them with the largest first. */
function peel(edges, lender, borrower) {
  const left = new Map(edges.map((edge) => [edge, edge.amount]));
  const leading = new Map();
  for (const edge of edges) leading.set(edge.from, [...(leading.get(edge.from) ?? []), edge]);
  const widest = (from, met) => (leading.get(from) ?? [])
    .filter((edge) => left.get(edge) > 0 && !met.has(edge.to))
    .sort((a, b) => left.get(b) - left.get(a))[0];
  const ways = [];
  for (let edge = widest(lender, new Set()); edge; edge = widest(lender, new Set())) {
    const way = [];
    const met = new Set([lender]);
    while (edge) {
      way.push(edge);
      met.add(edge.to);
      edge = edge.to === borrower ? null : widest(edge.to, met);
    }
    // Edges that lead in a circle end at nobody, and carry nothing either.
    const isWhole = way.at(-1).to === borrower;
    const amount = Math.min(...way.map((one) => left.get(one)));
    if (isWhole) ways.push({ way, amount });
    for (const one of isWhole ? way : way.slice(-1)) {
      left.set(one, isWhole ? left.get(one) - amount : 0);
    }
  }
  return ways.sort((a, b) => b.amount - a.amount);
}
