/** A message in a few words. */

import { t } from "../core/i18n.js";

const LENGTH = 200;

/** Return what a message says, or what it is. */
export function summary(message) {
  if (message.kind === "recalled") return t("message.recalled");
  if (message.card) return t(`card.${message.card.type}`);
  if (!message.text && message.file) {
    return message.file.thumbnail ? t("file.picture") : message.file.name;
  }
  return message.text.slice(0, LENGTH);
}
