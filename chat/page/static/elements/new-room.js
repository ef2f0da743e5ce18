/** New conversations: with one friend, or a group of them. */

import { h } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { addRoom, findDirect } from "../state/rooms.js";
import { state } from "../state/store.js";
import { choosePeople } from "./choose.js";
import { openDialog } from "./dialog.js";
import { textField } from "./fields.js";
import { empty, face, toast } from "./parts.js";

await needWords("-friends");

/** Open the direct room with a friend, made if there was none. */
export async function openDirect(person) {
  const known = findDirect(person);
  if (known) {
    go(`/rooms/${known.room}`);
    return;
  }
  try {
    const { room } = await call("room.create", { kind: "direct", members: [person] });
    addRoom(room);
    go(`/rooms/${room.room}`);
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

/** Ask with whom to talk. */
export function newDirect() {
  const friends = [...state.friends.values()];
  const dialog = openDialog({
    title: t("rooms.new_direct"),
    body: friends.length
      ? h("ul", {}, friends.map(({ person, name, username }) => h("li", {}, h(
        "button",
        { type: "button", class: "row", onclick: () => {
          dialog.close();
          openDirect(person);
        } },
        face(person, 40),
        h("span", { class: "row-text" },
          h("span", { class: "clip row-name", dir: "auto" }, name),
          h("span", { class: "clip small soft" }, `@${username}`)),
      ))))
      : empty({
        picture: "friends", text: t("friends.none_text"),
        action: h("a", { class: "button", href: "/friends", onclick: () => dialog.close() },
          t("rooms.find_people")),
      }),
  });
}

/** Ask for a name and for who is in the group. */
export function newGroup() {
  const id = new CommandId();
  const name = textField({ label: t("room.name"), name: "name", maxlength: 100 });
  choosePeople({
    title: t("rooms.new_group"),
    people: [...state.friends.values()],
    none: t("friends.none_text"),
    before: name,
    action: (count) => (count ? t("rooms.create_with", { count }) : t("rooms.create")),
    send: async (members) => {
      const fields = { kind: "group", name: name.value() || namesOf(members), members };
      const { room } = await call("room.create", fields, { id: id.for(fields) });
      addRoom(room);
      go(`/rooms/${room.room}`);
    },
  });
}

function namesOf(members) {
  return members.map((person) => state.friends.get(person).name).join(", ").slice(0, 100);
}
