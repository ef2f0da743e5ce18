/** Links into a group: made, handed out, revoked. */

import { h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { fullMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { form, selectField } from "./fields.js";
import { spinner, toast, whileBusy } from "./parts.js";

await needWords("-more");

const DAY = 24 * 3600;
const USES = [1, 10, 100];

/** Open the links of a room. */
export function openLinks(room) {
  const list = h("ul", { class: "links" });
  const none = h("p", { class: "soft" }, t("link.text"));
  const add = (invite, isNew) => {
    none.remove();
    list.prepend(row(invite, { isOpen: isNew }));
  };
  const body = h("div", { class: "form" }, spinner());
  openDialog({ title: t("link.title"), body });
  call("invite.list", { room: room.room }).then(({ invites }) => {
    for (const invite of invites.toReversed()) add(invite, invites.length === 1);
    refill(body, !invites.length && none, list, maker(room, (invite) => add(invite, true)));
  }, (error) => refill(body, h("p", { role: "alert" }, asRefused(error).sentence)));
}

function maker(room, done) {
  const expires = selectField({
    label: t("link.works"), name: "expires", value: String(7 * DAY),
    options: [1, 7, 30].map((days) => [String(days * DAY), t("time.days", { count: days })]),
  });
  const uses = selectField({
    label: t("link.for"), name: "uses", value: "",
    options: [["", t("link.anybody")], ...USES.map((count) => [
      String(count), t("link.people", { count }),
    ])],
  });
  const approval = h("input", { type: "checkbox", name: "approval" });
  const id = new CommandId();
  return form({
    fields: [expires, uses,
      h("label", { class: "check" }, approval, h("span", {}, t("link.approval")))],
    action: t("link.make"),
    send: async () => {
      const fields = {
        room: room.room, expires_in: Number(expires.value()), needs_approval: approval.checked,
        uses: uses.value() ? Number(uses.value()) : null,
      };
      const { invite } = await call("invite.create", fields, { id: id.for(fields) });
      // The next one is another, even if it looks the same.
      id.for({});
      done(invite);
    },
  });
}

function row(invite, { isOpen }) {
  const address = `${location.origin}/join/${invite.token}`;
  const field = h("input", {
    class: "input", readOnly: true, value: address, "aria-label": t("link.address"),
    onfocus: (event) => event.target.select(),
  });
  const item = h("li", { class: "link" },
    h("div", { class: "link-line" }, field,
      iconButton("copy", t("link.copy"), async () => {
        field.focus();
        await navigator.clipboard?.writeText(address);
        toast(t("message.copied"));
      }),
      iconButton("close", t("link.revoke"), async (event) => {
        const button = event.currentTarget;
        if (await sure()) await whileBusy(button, () => revoke(invite, item));
      })),
    h("p", { class: "small soft" }, facts(invite).join(" · ")),
    h("details", { open: isOpen },
      h("summary", {}, icon("link"), t("link.code")),
      h("img", {
        class: "code", alt: t("link.code_alt"), loading: "lazy", width: 208, height: 208,
        src: `/invites/${invite.id}/qr.svg`,
      })));
  return item;
}

function facts(invite) {
  return [
    t("link.until", { day: fullMoment(invite.expires_at) }),
    invite.uses_left !== null && t("link.left", { count: invite.uses_left }),
    invite.needs_approval && t("link.needs_approval"),
  ].filter(Boolean);
}

function sure() {
  return confirmFirst({
    title: t("link.revoke_title"), text: t("link.revoke_text"), action: t("link.revoke"),
  });
}

async function revoke(invite, item) {
  try {
    await call("invite.revoke", { invite: invite.id });
    item.remove();
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
