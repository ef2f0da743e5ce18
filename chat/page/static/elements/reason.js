/** Why somebody is suggested, in words. */

import { t, tList, tParts } from "../core/i18n.js";
import { who } from "./parts.js";

const NAMED = 2;

/** Return the reasons of a suggestion as the parts of a line. */
export function reason({ mutual, mutual_count: count, rooms, in_contacts: isContact }) {
  const reasons = [
    isContact && t("circle.from_contacts"),
    mutual.length > 0 && mutualWords(mutual, count),
    rooms.length > 0 && t("circle.groups", { count: rooms.length }),
  ].filter(Boolean);
  return reasons.flatMap((one, at) => (at ? [" · ", one] : [one]));
}

function mutualWords(mutual, all) {
  const names = tList(mutual.slice(0, NAMED).map((person) => who(person)));
  const count = all - NAMED;
  return count > 0 ? tParts("friends.mutual_more", { names, count })
    : tParts("friends.mutual", { names });
}
