/** What the parts of the risk team's page share: its words, its style, and its questions. */

import { hasWords, needWords, t } from "../core/i18n.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { state } from "../state/store.js";

await Promise.all([needWords("-risk", "-more"), needStyle("risk")]);

let questions = null;

/** Tell whether the reader is of the risk team; others who come by the address see nothing. */
export function isOfRiskTeam() {
  return Boolean(state.account?.roles.includes("risk"));
}

/** Return the questions by name; asked once. */
export async function loadQuestions() {
  questions ??= (await call("risk.queries")).queries;
  return questions;
}

/** Return what a question asks, in the reader's language where that is known. */
export function sentenceOf({ name, question }) {
  const words = `risk.q.${name}`;
  return hasWords(words) ? t(words) : question;
}
