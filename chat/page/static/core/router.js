/** Addresses of the page. Each view has one, so that back and reload work. */

import { tell } from "./bus.js";

const PATTERNS = [
  ["rooms", /^\/$/, []],
  ["room", /^\/rooms\/([0-9a-f-]{36})$/, ["room"]],
  ["room", /^\/rooms\/([0-9a-f-]{36})\/(info|balances)$/, ["room", "detail"]],
  [
    "room",
    /^\/rooms\/([0-9a-f-]{36})\/(envelope|split|transfer|loan|expense)\/([0-9a-f-]{36})$/,
    ["room", "detail", "card"],
  ],
  ["friends", /^\/friends$/, []],
  ["friend", /^\/friends\/([0-9a-f-]{36})$/, ["person"]],
  ["owing", /^\/friends\/([0-9a-f-]{36})\/balances$/, ["person"]],
  ["limit", /^\/friends\/([0-9a-f-]{36})\/limit\/(lender|borrower)$/, ["person", "role"]],
  ["wallet", /^\/wallet$/, []],
  ["entries", /^\/wallet\/entries$/, []],
  ["bills", /^\/wallet\/bills$/, []],
  ["gifts", /^\/wallet\/envelopes(?:\/(20\d\d))?$/, ["year"]],
  ["loans", /^\/wallet\/loans\/(lender|borrower|guarantor)$/, ["role"]],
  ["could", /^\/wallet\/limits\/(lender|borrower)$/, ["role"]],
  ["loan", /^\/wallet\/loan\/([0-9a-f-]{36})$/, ["loan"]],
  ["transfer", /^\/wallet\/transfer\/([0-9a-f-]{36})$/, ["transfer"]],
  ["room", /^\/rooms\/([0-9a-f-]{36})\/(request)\/([0-9a-f-]{36})$/, ["room", "detail", "card"]],
  ["statement", /^\/wallet\/statement$/, []],
  ["disputes", /^\/staff\/disputes$/, []],
  ["dispute", /^\/staff\/disputes\/([0-9a-f-]{36})$/, ["dispute"]],
  ["risk", /^\/risk$/, []],
  ["cases", /^\/risk\/cases$/, []],
  ["case", /^\/risk\/cases\/([0-9a-f-]{36})$/, ["case"]],
  ["reviews", /^\/risk\/reviews$/, []],
  ["rules", /^\/risk\/rules$/, []],
  ["question", /^\/risk\/([a-z]\w*\.\w+)$/, ["question"]],
  ["requests", /^\/wallet\/requests$/, []],
  ["receipt", /^\/wallet\/receipt\/([0-9A-Z-]{30})$/, ["receipt"]],
  ["notices", /^\/notices$/, []],
  ["settings", /^\/settings$/, []],
  [
    "setting",
    /^\/settings\/(profile|language|alerts|privacy|password|identity|devices|pin|points|close)$/,
    ["section"],
  ],
  ["join", /^\/join\/([\w-]+)$/, ["token"]],
  ["follow", /^\/f\/([\w-]+)$/, ["token"]],
  ["login", /^\/login$/, []],
  ["signup", /^\/signup$/, []],
  ["forgot", /^\/forgot$/, []],
  ["reset", /^\/reset$/, []],
];
const OUTSIDE = new Set(["login", "signup", "forgot", "reset"]);

let current = parse(location.pathname);

function parse(path) {
  for (const [name, pattern, keys] of PATTERNS) {
    const found = pattern.exec(path);
    if (found) {
      const fields = Object.fromEntries(keys.map((key, at) => [key, found[at + 1]]));
      return { name, path, ...fields };
    }
  }
  return { name: "rooms", path: "/" };
}

/** Return where we are: the view's name and what its address holds. */
export function route() {
  return current;
}

/** Tell whether the address is of a view for who is not signed in. */
export function isOutside({ name } = current) {
  return OUTSIDE.has(name);
}

/** Go to an address of the page. */
export function go(path, { replace = false } = {}) {
  if (path === location.pathname + location.search) return;
  // How many of our own addresses lie behind us, so that "back" never leaves the page.
  const depth = replace ? depthOf() : depthOf() + 1;
  history[replace ? "replaceState" : "pushState"]({ depth }, "", path);
  arrive();
}

function depthOf() {
  return history.state?.depth ?? 0;
}

/** Go back, or to `path` when there is nothing of ours to go back to. */
export function back(path) {
  if (depthOf() > 0) history.back();
  else go(path, { replace: true });
}

function arrive() {
  current = parse(location.pathname);
  tell("route", current);
}

/** Follow the links of the page, and the browser's own back and forward. */
export function listenToRoutes() {
  addEventListener("popstate", arrive);
  document.addEventListener("click", follow);
}

function follow(event) {
  const link = event.target.closest?.("a[href]");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!link || !isPlain || link.target || link.download || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname + link.search, { replace: link.dataset.replace !== undefined });
}
