/** Choosing members of a room in a form. */

import { freshId, h } from "../core/dom.js";
import { face } from "./parts.js";
import { selectField } from "./fields.js";

/** Return a field that chooses any number of members; `value()` lists their ids. */
export function memberChoice({ label, members, chosen = [], hint }) {
  const boxes = members.map((member) => h("input", {
    type: "checkbox", value: member.person, checked: chosen.includes(member.person),
  }));
  const id = freshId("members");
  const field = h(
    "fieldset", { class: "field bare", "aria-describedby": hint && id },
    h("legend", {}, label),
    hint && h("p", { class: "hint", id }, hint),
    h("ul", { class: "member-choice" }, members.map((member, at) => h("li", {}, h(
      "label", { class: "check" }, face(member.person, 32),
      h("span", { class: "clip member-name", dir: "auto" }, member.name), boxes[at],
    )))),
  );
  field.value = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return field;
}

/** Return a field that chooses one of the members. */
export function memberSelect({ label, members, value }) {
  const options = members.map((member) => [member.person, `${member.name} (@${member.username})`]);
  return selectField({ label, name: "person", options, value });
}
