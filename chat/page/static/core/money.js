/** Amounts: integers of minor units inside, written in the reader's way outside. */

import { locale } from "./i18n.js";

const MOST = 10 ** 15;
const formats = new Map();

// By ISO 4217, as the service counts: browsers leave out digits that people rarely write.
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE = "BHD IQD JOD KWD LYD OMR TND";

function digitsOf(currency) {
  if (NONE.includes(currency)) return 0;
  return THREE.includes(currency) ? 3 : 2;
}

function formatOf(currency) {
  const name = `${locale()} ${currency}`;
  if (!formats.has(name)) {
    const digits = digitsOf(currency);
    const style = {
      style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
      // Its sign is that of the yuan.
      currencyDisplay: currency === "JPY" ? "code" : "narrowSymbol",
    };
    formats.set(name, new Intl.NumberFormat(locale(), style));
  }
  return formats.get(name);
}

/** Write an amount: 1250 fen as ¥12.50. */
export function money(amount, currency = "CNY") {
  const digits = digitsOf(currency);
  // A decimal string, because a number of yuan could not hold every number of fen.
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const cut = text.length - digits;
  const decimal = digits ? `${text.slice(0, cut)}.${text.slice(cut)}` : text;
  return formatOf(currency).format(amount < 0 ? `-${decimal}` : decimal);
}

/** Write an amount with its sign, for lists in which money comes and goes. */
export function signedMoney(amount, currency = "CNY") {
  const sign = amount < 0 ? "−" : "+";
  return `${sign}${money(Math.abs(amount), currency)}`;
}

/** Return the minor units that somebody typed, or null when it is not an amount. */
export function parseMoney(text, currency = "CNY") {
  const digits = digitsOf(currency);
  const plain = text.normalize("NFKC").trim().replace(/^[¥$€£]/, "").replace(/[\s,]/g, "");
  const found = /^(\d{1,13})(?:\.(\d*))?$/.exec(plain);
  if (!found || (found[2] ?? "").length > digits) return null;
  const amount = Number(found[1] + (found[2] ?? "").padEnd(digits, "0"));
  return amount <= MOST ? amount : null;
}

/** Write an amount as it is typed into a field: 12.50. */
export function plainMoney(amount, currency = "CNY") {
  const digits = digitsOf(currency);
  const text = String(amount).padStart(digits + 1, "0");
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}

/** Return the sign of a currency. */
export function signOf(currency) {
  return formatOf(currency).formatToParts(0).find(({ type }) => type === "currency").value;
}
