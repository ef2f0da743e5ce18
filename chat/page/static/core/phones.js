/** Phone numbers out of an address book, in one form, and their fingerprints. */

const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;
const NUMBER = /\+?\d(?:[\s().\-/]*\d){5,}/g;

/** Return the numbers of a vCard, a CSV or a pasted list as they stand there, without names. */
export function findNumbers(text) {
  const isCard = /^BEGIN:VCARD/im.test(text);
  const lines = text.split(/\r?\n/);
  const wanted = isCard ? lines.filter((line) => /^(?:item\d+\.)?TEL[;:]/i.test(line)) : lines;
  return wanted.flatMap((line) => {
    const value = isCard ? line.slice(line.lastIndexOf(":") + 1) : line;
    return value.match(NUMBER) ?? [];
  });
}

/** Return the number with its country ("+8613800000000"), or null when it is none. */
export function toE164(number, country) {
  const digits = number.replace(/\D/g, "");
  const whole = number.trim().startsWith("+") ? digits
    : digits.startsWith("00") ? digits.slice(2) : country + digits.replace(/^0/, "");
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
