/** The family tie with a friend: said by one, confirmed by the other, ended by either. */

import { h } from "../core/dom.js";
import { needWords, t, tParts } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { takeFriend } from "../state/friends.js";
import { nameOf } from "../state/people.js";
import { confirmFirst } from "./dialog.js";
import { action, toast, whileBusy, who } from "./parts.js";

await needWords("-circle", "-friends");

async function mark(person, on) {
  try {
    takeFriend((await call("friend.mark_family", { person, on })).friend);
    return true;
  } catch (error) {
    toast(asRefused(error).sentence);
    return false;
  }
}

/** Return what waits to be said about a mark of one of the two, or null. */
export function familyNote(person, by) {
  if (by === "me") {
    return h("p", { class: "note" }, tParts("family.waiting", { who: who(person) }));
  }
  if (by !== "them") return null;
  const button = (on, label, className = "") => h("button", {
    type: "button", class: `button small-button ${className}`,
    onclick: (event) => whileBusy(event.currentTarget, () => mark(person, on)),
  }, label);
  return h("div", { class: "note" },
    h("p", {}, tParts("family.confirm_text", { who: who(person) })),
    h("div", { class: "buttons" }, button(false, t("family.deny"), "plain"),
      button(true, t("family.confirm"))));
}

/** Return what one can do about the tie. */
export function familyAction(person, by) {
  if (by === "them") return null;
  if (by === "") {
    return action("friends", t("friends.mark_family"), async () => {
      if (await mark(person, true)) toast(t("friends.family_marked"));
    });
  }
  return action("close", t(by === "me" ? "friends.take_back" : "family.end"), async () => {
    const isSure = by === "me" || await confirmFirst({
      title: t("family.end_title", { name: nameOf(person) }), text: t("family.end_text"),
      action: t("family.end"),
    });
    if (isSure) await mark(person, false);
  });
}
