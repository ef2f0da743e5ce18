/** Phone numbers out of an address book, in one form, and their fingerprints. */

const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;
const NUMBER = /\+?\d(?:[\s().\-/]*\d){5,}/g;
// So many digits without a blank are a number of their own, whatever stands beside them.
const FULL = 10;
const DAY = "(?:0?[1-9]|[12]\\d|3[01])";
const YEAR = "(?:19|20)\\d\\d";
// A birthday between the columns of a table is no number.
const DATE = new RegExp(
  `(?<![\\d+]|\\d[.\\-/])(?:${YEAR}([.\\-/])${DAY}\\1${DAY}|${DAY}([.\\-/])${DAY}\\2${YEAR})`
  + "(?![.\\-/]?\\d)", "g",
);

/** Return the numbers of a vCard, a CSV or a pasted list as they stand there, without names. */
export function findNumbers(text) {
  const isCard = /^BEGIN:VCARD/im.test(text);
  const lines = text.split(/\r?\n/);
  const wanted = isCard ? lines.filter((line) => /^(?:item\d+\.)?TEL[;:]/i.test(line)) : lines;
  return wanted.flatMap((line) => {
    const value = isCard ? line.slice(line.lastIndexOf(":") + 1) : line;
    return (value.replace(DATE, ",").match(NUMBER) ?? []).flatMap(apart);
  });
}

/** Return the numbers that stand side by side in what may be one number with blanks in it. */
function apart(found) {
  const numbers = [];
  let before = "";
  for (const piece of found.split(/\s+/)) {
    const joined = before ? `${before} ${piece}` : piece;
    // What comes before a full number is a country, a prefix, or has nothing to do with it.
    const belongs = /^(?:\+|0)/.test(before) && count(before) < FEWEST_DIGITS;
    if (count(piece) < FULL) {
      before = joined;
    } else {
      numbers.push(...(belongs ? [joined] : [before, piece]));
      before = "";
    }
  }
  return [...numbers, before].filter((number) => count(number) >= FEWEST_DIGITS - 1);
}

function count(text) {
  return text.replace(/\D/g, "").length;
}

/** Tell whether there is a number that does not say of which country it is. */
export function lacksCountry(text) {
  return findNumbers(text).some((number) => !/^(?:\+|00)/.test(number));
}

/**
 * Return the number with its country ("+8613800000000"), or null when it is none, or says no
 * country and none is given.
 */
export function toE164(number, country) {
  const named = /^\s*(?:\+|00)/.test(number);
  if (!named && !country) return null;
  // "+44 (0)20" is how some write the 0 that is dialled only inside the country.
  const digits = (named ? number.replace("(0)", "") : number).replace(/\D/g, "");
  const whole = named ? digits.replace(/^00/, "") : country + digits.replace(/^0/, "");
  return whole.length >= FEWEST_DIGITS && whole.length <= MOST_DIGITS ? `+${whole}` : null;
}

/** Return each different number once, in one form. */
export function listNumbers(text, country) {
  const numbers = findNumbers(text).map((number) => toE164(number, country));
  return [...new Set(numbers.filter(Boolean))];
}

/** Return the SHA-256 of a number in hex: what the service is told of it. */
export async function hashNumber(number) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(number));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
