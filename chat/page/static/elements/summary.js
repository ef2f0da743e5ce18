/** A message in a few words. */

import { t } from "../core/i18n.js";

const LENGTH = 200;

/** Return what a message says, or what it is. */
export function summary(message) {
  if (message.kind === "recalled") return t("message.recalled");
  if (message.card) return t(`card.${message.card.type}`);
  return message.text.slice(0, LENGTH);
}
