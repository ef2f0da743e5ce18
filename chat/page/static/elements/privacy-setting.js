/** Who may find me, who sees my friends, and whom I have blocked. */

import { Part, h, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { learn } from "../state/people.js";
import { selectField } from "./fields.js";
import { empty, face, spinner, toast, whileBusy } from "./parts.js";

await Promise.all([needWords("-circle", "-friends"), needStyle("circle")]);

const FINDERS = ["everybody", "friends_of_friends", "nobody"];
const CHOICES = {
  found_by: FINDERS, found_by_phone: FINDERS, friends_seen_by: ["everybody", "friends", "nobody"],
};
const HINTS = new Set(["found_by_phone", "friends_seen_by"]);

class PrivacySetting extends Part {
  start() {
    refill(this, spinner());
    this.load();
  }

  async load() {
    try {
      const [{ privacy }, { people }] = await Promise.all([
        call("privacy.get"), call("person.blocked"),
      ]);
      people.forEach(learn);
      if (this.isConnected) this.show(privacy, people);
    } catch (error) {
      refill(this, empty({ picture: "warning", text: asRefused(error).sentence }));
    }
  }

  show(privacy, blocked) {
    refill(this, h("div", { class: "form" },
      Object.keys(CHOICES).map((name) => choice(name, privacy)),
      h("a", { class: "link-button", href: "/settings/identity" }, t("settings.identity")),
      h("section", { "aria-label": t("privacy.blocked") },
        h("h2", {}, t("privacy.blocked")),
        blocked.length ? h("ul", {}, blocked.map((one) => this.blockedRow(one)))
          : h("p", { class: "soft" }, t("privacy.blocked_none")))));
  }

  blockedRow({ id, name, username }) {
    return h("li", { class: "person-row" },
      h("a", { class: "row", href: `/friends/${id}` }, face(id, 40),
        h("span", { class: "row-text" }, h("span", { class: "clip row-name", dir: "auto" }, name),
          h("span", { class: "clip small soft" }, `@${username}`))),
      h("button", {
        type: "button", class: "button plain small-button",
        "aria-label": `${t("friends.unblock")} ${name}`,
        onclick: (event) => whileBusy(event.currentTarget, () => this.unblock(id, name)),
      }, t("friends.unblock")));
  }

  async unblock(person, name) {
    try {
      await call("person.block", { person, on: false });
      toast(t("friends.unblocked", { name }));
      await this.load();
    } catch (error) {
      toast(asRefused(error).sentence);
    }
  }
}
customElements.define("kith-privacy-setting", PrivacySetting);

function choice(name, privacy) {
  const field = selectField({
    label: t(`privacy.${name}`), name, value: privacy[name],
    hint: HINTS.has(name) && t(`privacy.${name}_hint`),
    options: CHOICES[name].map((one) => [one, t(`privacy.${one}`)]),
  });
  field.input.addEventListener("change", async () => {
    const before = privacy[name];
    field.input.disabled = true;
    try {
      const answer = await call("privacy.set", { [name]: field.value() });
      privacy[name] = answer.privacy[name];
      toast(t("page.saved"));
    } catch (error) {
      field.input.value = before;
      field.complain(asRefused(error).sentence);
    } finally {
      field.input.disabled = false;
    }
  });
  return field;
}
