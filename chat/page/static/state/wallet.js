/** One's own money, as far as it was asked for. */

import { listen, tell } from "../core/bus.js";
import { call } from "../net/api.js";

const PAUSE_MS = 300;

let accounts = null;
let wallet = null;
let timer = 0;

/** Return the accounts, or null before they are loaded. */
export function knownAccounts() {
  return accounts;
}

/** Return what may be spent in the currency, or null before it is known. */
export function availableIn(currency) {
  if (!accounts) return null;
  return accounts.find((account) => account.currency === currency)?.available ?? 0;
}

/** Return what may still be paid and what there is of a payment PIN, or null before it is known. */
export function knownLimits() {
  return wallet;
}

/** Load the accounts. */
export async function loadWallet() {
  wallet = await call("wallet.get");
  accounts = wallet.accounts;
  tell("wallet");
  return accounts;
}

/** Take it that money moved: who shows amounts loads them anew, once for many moves. */
export function moneyMoved() {
  clearTimeout(timer);
  timer = setTimeout(() => tell("money"), PAUSE_MS);
}

listen("money", () => accounts && loadWallet().catch(() => {}));
