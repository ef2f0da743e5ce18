/** Completes `@` to somebody in the room. */

import { freshId, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { state } from "../state/store.js";
import { face } from "./parts.js";

const BEGUN = /(?:^|[^\w@])@([\p{L}\p{N}_.-]{0,32})$/u;
const SHOWN = 6;

export class Mentions {
  #field;
  #members;
  #found = [];
  #at = 0;

  /** `members()` returns who can be mentioned. */
  constructor(field, members) {
    this.#field = field;
    this.#members = members;
    const id = freshId("mentions");
    this.list = h("ul", {
      class: "mentions", id, role: "listbox", "aria-label": t("composer.mention"), hidden: true,
    });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.addEventListener("blur", () => this.#close());
  }

  /** See whether a name has been begun before the cursor. */
  look() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    const begun = BEGUN.exec(before)?.[1].toLocaleLowerCase();
    if (begun === undefined) {
      this.#close();
      return;
    }
    const fits = ({ name, username }) => username.toLocaleLowerCase().startsWith(begun)
      || name.toLocaleLowerCase().split(/\s+/u).some((word) => word.startsWith(begun));
    this.#found = [...this.#members()]
      .filter((member) => member.person !== state.me.id && fits(member))
      .slice(0, SHOWN);
    this.#at = 0;
    this.#show();
  }

  #show() {
    this.list.hidden = !this.#found.length;
    refill(this.list, this.#found.map((member, at) => h(
      "li",
      {
        role: "option", id: `${this.list.id}-${at}`, "aria-selected": String(at === this.#at),
        // Before the field loses the focus.
        onpointerdown: (event) => {
          event.preventDefault();
          this.#choose(member);
        },
      },
      face(member.person, 32),
      h("span", { class: "clip", dir: "auto" }, member.name),
      h("span", { class: "clip soft" }, `@${member.username}`),
    )));
    if (this.#found.length) {
      this.#field.setAttribute("aria-activedescendant", `${this.list.id}-${this.#at}`);
    } else this.#field.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#found = [];
    this.#show();
  }

  /** Take a key that is meant for the list; returns whether it was. */
  takeKey(event) {
    if (!this.#found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#at = (this.#at + step + this.#found.length) % this.#found.length;
      this.#show();
    } else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#found[this.#at]);
    else if (event.key === "Escape") this.#close();
    else return false;
    event.preventDefault();
    return true;
  }

  #choose(member) {
    const end = this.#field.selectionStart;
    const from = this.#field.value.slice(0, end).lastIndexOf("@");
    this.#field.setRangeText(`@${member.username} `, from, end, "end");
    this.#close();
    this.#field.dispatchEvent(new Event("input"));
  }
}
