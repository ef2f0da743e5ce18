/** A command that was not carried out, or of which we do not know. */

import { hasWords, t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { freshUuid } from "../core/ids.js";

// Codes of the page itself, beside those of the service.
export const OFFLINE = "page.offline";
export const UNANSWERED = "page.unanswered";
export const SIGNED_OUT = "auth.required";

/** Says why a command was not carried out; `code` is stable, `sentence` is for people. */
export class Refused extends Error {
  constructor({ code, message = "", detail = {}, retryable = false, retry_after_ms: pause = 0 }) {
    super(`${code}: ${message}`);
    this.code = code;
    this.detail = detail ?? {};
    this.retryable = retryable;
    this.pause = pause;
    this.plain = message;
  }

  /** Return what to tell the person, in their language. */
  get sentence() {
    const name = `error.${this.code}`;
    if (!hasWords(name)) return this.plain || t("error.unknown");
    const { currency, reason } = this.detail;
    const places = { ...this.detail };
    for (const key of ["limit", "reserved", "amount"]) {
      if (Number.isInteger(places[key])) places[key] = money(places[key], currency);
    }
    // Where another refusal is the reason, it has words of its own.
    if (hasWords(`error.${reason}`)) places.why = t(`error.${reason}`, places);
    const own = `${name}.${this.detail.limit}`;
    return t(hasWords(own) ? own : name, places).trim();
  }
}

/** Return what an unexpected exception looks like to the page. */
export function asRefused(error) {
  if (error instanceof Refused) return error;
  reportError(error);
  return new Refused({ code: "error.unknown" });
}

/** Return an id for a form's command: the same until it succeeded, so that trying again is safe. */
export class CommandId {
  #fields = "";
  #id = freshUuid();

  /** Return the id for these fields; other fields get another one. */
  for(fields) {
    const text = JSON.stringify(fields);
    if (text !== this.#fields) {
      this.#fields = text;
      this.#id = freshUuid();
    }
    return this.#id;
  }

  /** Have the next sending be another command, because this one has come to nothing. */
  renew() {
    this.#id = freshUuid();
  }
}
