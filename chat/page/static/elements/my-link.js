/** One's own link and QR code by which others become friends: shown, shared, renewed, revoked. */

import { h, icon, iconButton, refill } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { fullMoment } from "../core/time.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { state } from "../state/store.js";
import { confirmFirst, openDialog } from "./dialog.js";
import { face, spinner, toast, whileBusy } from "./parts.js";

await needWords("-circle", "-more");

/** Open the dialog with one's code, which makes a link if there is none. */
export function openMyLink() {
  const body = h("div", { class: "form" }, spinner());
  const dialog = openDialog({ title: t("mycode.title"), body });
  load(body, dialog, {});
}

async function load(body, dialog, fields) {
  try {
    const { link } = await call("friend.link", fields);
    refill(body, sight(link, body, dialog));
  } catch (error) {
    refill(body, h("p", { role: "alert" }, asRefused(error).sentence));
  }
}

function sight(link, body, dialog) {
  const address = `${location.origin}/f/${link.token}`;
  const field = h("input", {
    class: "input", readOnly: true, value: address, "aria-label": t("mycode.address"),
    onfocus: (event) => event.target.select(),
  });
  return [
    h("div", { class: "hero" }, face(state.me.id, 56),
      h("strong", { dir: "auto" }, state.me.name),
      h("img", {
        class: "code", alt: t("mycode.alt"), width: 224, height: 224,
        // Another link is another picture, whatever the browser keeps.
        src: `/f/qr.svg?${link.token.slice(0, 12)}`,
      })),
    h("p", { class: "soft" }, t("mycode.text")),
    h("div", { class: "link-line" }, field,
      iconButton("copy", t("mycode.copy"), async () => {
        field.focus();
        await navigator.clipboard?.writeText(address);
        toast(t("message.copied"));
      })),
    h("p", { class: "small soft" }, t("mycode.facts", {
      day: fullMoment(link.expires_at), count: link.uses_left,
    })),
    h("div", { class: "buttons" },
      h("button", {
        type: "button", class: "button plain",
        onclick: (event) => whileBusy(event.currentTarget, () => revoke(dialog)),
      }, t("mycode.revoke")),
      h("button", {
        type: "button", class: "button plain", onclick: () => renew(body, dialog),
      }, t("mycode.renew")),
      navigator.share && h("button", {
        type: "button", class: "button", onclick: () => navigator.share({ url: address })
          // Who thinks better of it has not done anything wrong.
          .catch(() => {}),
      }, icon("link"), t("mycode.share"))),
  ];
}

async function renew(body, dialog) {
  const isSure = await confirmFirst({
    title: t("mycode.renew_title"), text: t("mycode.renew_text"), action: t("mycode.renew"),
  });
  if (isSure) await load(body, dialog, { renew: true });
}

async function revoke(dialog) {
  try {
    await call("friend.revoke_link");
    dialog.close();
    toast(t("mycode.revoked"));
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}
