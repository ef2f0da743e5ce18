/** Settings and notices. */

import { listen, tell } from "../core/bus.js";
import { Part, h, icon, refill } from "../core/dom.js";
import { LANGUAGES, chooseLanguage, language, needWords, t } from "../core/i18n.js";
import { route } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused } from "../net/refused.js";
import { endSession, loadAccount } from "../state/session.js";
import { state } from "../state/store.js";
import { form, selectField, textField } from "./fields.js";
import { action, face, paneHead, toast, whileBusy } from "./parts.js";
import { alerts, privacy as presence } from "./switches.js";
import "./chats.js";
import "./notices.js";

await needWords("-friends", "-more", "-later", "-bank");

const SECTIONS = {
  profile: "edit", language: "chats", alerts: "bell", privacy: "eye", password: "lock",
  devices: "device", identity: "shield", pin: "wallet", points: "top", close: "leave",
};
const TIERS = ["basic", "real_name", "verified"];

class Settings extends Part {
  start() {
    this.until(listen("route", () => this.show()), listen("account", () => this.show()));
    this.show();
  }

  show() {
    // Beside the list, the profile is what one sees first.
    const isBeside = matchMedia("(width >= 720px)").matches;
    const here = route().section ?? (isBeside ? "profile" : "");
    const { me, account } = state;
    refill(
      this,
      h("header", { class: "head" }, h("h1", {}, t("nav.settings"))),
      h("div", { class: "scroll" },
        h("div", { class: "hero" }, face(me.id, 88), h("h2", { dir: "auto" }, me.name),
          h("p", { class: "soft" }, `@${me.username}`),
          account && h("span", { class: account.tier === "basic" ? "tag" : "tag good" },
            t(`settings.tier_${account.tier}`))),
        h("nav", { "aria-label": t("nav.settings") }, Object.entries(SECTIONS).map(
          ([section, picture]) => h(
            "a",
            { class: "row", href: `/settings/${section}`,
              "aria-current": here === section && "page" },
            h("span", { class: "card-sign" }, icon(picture)),
            h("span", { class: "row-text row-name" }, t(`settings.${section}`)),
            icon("next", "icon soft"),
          ),
        ), account?.roles.includes("staff") && h("a", { class: "row", href: "/staff/disputes" },
          h("span", { class: "card-sign" }, icon("flag")),
          h("span", { class: "row-text row-name" }, t("settings.staff")),
          icon("next", "icon soft")),
        account?.roles.includes("risk") && h("a", { class: "row", href: "/risk" },
          h("span", { class: "card-sign" }, icon("shield")),
          h("span", { class: "row-text row-name" }, t("settings.risk")),
          icon("next", "icon soft"))),
        h("div", { class: "settings-foot" },
          action("leave", t("settings.log_out"), (event) => whileBusy(
            event.currentTarget,
            () => endSession().catch((error) => toast(asRefused(error).sentence)),
          ), { class: "action danger" }))),
    );
  }
}
customElements.define("kith-settings", Settings);

class Setting extends Part {
  get pageTitle() {
    return t(`settings.${this.section}`);
  }

  get section() {
    return this.route.section ?? "profile";
  }

  start() {
    this.until(listen("account", () => this.section === "identity" && this.show()));
    this.show();
  }

  show() {
    refill(
      this,
      paneHead(this.pageTitle, "/settings"),
      h("div", { class: "scroll" },
        h("div", { class: "page narrow" }, h("div", { class: "panel" }, MAKE[this.section]()))),
    );
  }
}
customElements.define("kith-setting", Setting);

const MAKE = {
  profile, language: languages, alerts, privacy, password, devices, identity, pin, points, close,
};

function privacy() {
  import("./privacy-setting.js");
  return [presence(), document.createElement("kith-privacy-setting")];
}

function close() {
  import("./close-setting.js");
  return document.createElement("kith-close-setting");
}

function points() {
  import("./points.js");
  return document.createElement("kith-points");
}

function pin() {
  import("./pin-setting.js");
  return document.createElement("kith-pin-setting");
}

function devices() {
  // Comes to life once it is here.
  import("./devices.js");
  return document.createElement("kith-devices");
}

function profile() {
  const name = textField({
    label: t("settings.name"), name: "name", value: state.me.name, maxlength: 64,
    autocomplete: "name",
  });
  const username = textField({
    label: t("settings.username"), name: "username", value: state.me.username, readOnly: true,
  });
  const email = textField({
    label: t("settings.email"), name: "email", type: "email", value: state.account?.email ?? "",
    hint: t("settings.email_hint"), autocomplete: "email",
  });
  return form({
    fields: [name, username, email],
    action: t("page.save"),
    send: async () => {
      if (!name.value()) {
        name.complain(t("form.needed"));
        return;
      }
      await call("account.update", { name: name.value(), email: email.value() });
      await loadAccount();
      toast(t("page.saved"));
    },
  });
}

function languages() {
  const field = selectField({
    label: t("settings.language"), name: "language", value: language(),
    options: Object.entries(LANGUAGES), hint: t("settings.language_hint"),
  });
  field.input.addEventListener("change", async () => {
    await chooseLanguage(field.value());
    tell("language");
    await call("account.update", { language: field.value() }).catch(() => {});
  });
  return field;
}

function password() {
  const old = textField({
    label: t("settings.old_password"), name: "old", type: "password",
    autocomplete: "current-password",
  });
  const fresh = textField({
    label: t("settings.new_password"), name: "new", type: "password", maxlength: 256,
    autocomplete: "new-password", hint: t("door.password_hint"),
  });
  return form({
    fields: [h("p", { class: "soft" }, t("settings.password_text")), old, fresh],
    action: t("page.save"),
    send: async () => {
      if (!old.value()) {
        old.complain(t("form.needed"));
        return;
      }
      if (!fresh.value()) {
        fresh.complain(t("form.needed"));
        return;
      }
      await call("account.change_password", { old: old.value(), new: fresh.value() });
      old.input.value = "";
      fresh.input.value = "";
      toast(t("settings.password_changed"));
    },
  });
}

function identity() {
  const now = TIERS.indexOf(state.account?.tier ?? "basic");
  return [
    h("p", { class: "soft" }, t("settings.identity_text")),
    h("ol", { class: "tiers" }, TIERS.map((tier, at) => h(
      "li", { class: at <= now ? "reached" : "" },
      h("span", { class: "tier-sign", "aria-hidden": "true" }, at <= now ? icon("check") : at + 1),
      h("div", {}, h("h2", {}, t(`settings.tier_${tier}`)),
        h("p", { class: "soft" }, t(`settings.tier_${tier}_text`)),
        at === now + 1 && (tier === "real_name" ? nameForm() : documentForm())),
    ))),
  ];
}

function nameForm() {
  const name = textField({
    label: t("settings.real_name"), name: "real-name", maxlength: 64, autocomplete: "name",
  });
  const phone = textField({
    label: t("settings.phone"), name: "phone", type: "tel", autocomplete: "tel",
  });
  return form({
    fields: [name, phone],
    action: t("settings.confirm"),
    send: async () => {
      if (!name.value()) {
        name.complain(t("form.needed"));
        return;
      }
      if (!/^\+?[0-9][0-9 -]{4,24}$/.test(phone.value())) {
        phone.complain(t("settings.phone_needed"));
        return;
      }
      await call("account.confirm_name", { name: name.value(), phone: phone.value() });
      await loadAccount();
    },
  });
}

function documentForm() {
  const number = textField({
    label: t("settings.document"), name: "document", maxlength: 40, autocomplete: "off",
  });
  return form({
    fields: number,
    action: t("settings.confirm"),
    send: async () => {
      if (number.value().length < 4) {
        number.complain(t("form.needed"));
        return;
      }
      await call("account.confirm_document", { number: number.value() });
      await loadAccount();
    },
  });
}
