/** The door: log in, sign up, and a forgotten password. */

import { listen } from "../core/bus.js";
import { Part, h, refill } from "../core/dom.js";
import { LANGUAGES, needWords, chooseLanguage, language, t } from "../core/i18n.js";
import { go, isOutside, route } from "../core/router.js";
import { needStyle } from "../core/styles.js";
import { call } from "../net/api.js";
import { freshUuid } from "../core/ids.js";
import { startSession } from "../state/session.js";
import { form, textField } from "./fields.js";
import { logo } from "./logo.js";
import { scene } from "./scene.js";

// Who was signed in when the page was loaded has neither yet.
await Promise.all([needWords("-door"), needStyle("door")]);

class SignIn extends Part {
  start() {
    this.until(listen("route", () => this.show()));
    this.show();
  }

  show() {
    const { name, token } = route();
    const make = { signup: signUp, forgot, reset, join: ahead, follow: ahead }[name] ?? logIn;
    refill(
      this,
      h("main", { class: "door" },
        h("section", { class: "door-form", "aria-labelledby": "door-title" },
          h("div", { class: "door-mark" }, logo(), h("strong", {}, "Kith")),
          make(token, name)),
        languages(() => this.show())),
      scene(),
    );
    document.title = `${this.querySelector("h1").textContent} – Kith`;
    this.querySelector("input")?.focus();
  }
}
customElements.define("kith-sign-in", SignIn);

function title(text, under) {
  return h("header", { class: "door-title" },
    h("h1", { id: "door-title" }, text), under && h("p", { class: "soft" }, under));
}

function languages(then) {
  return h("p", { class: "door-languages" },
    Object.entries(LANGUAGES).map(([key, name]) => h(
      "button",
      {
        type: "button", class: "link-button", lang: key, "aria-pressed": String(key === language()),
        onclick: () => chooseLanguage(key).then(then),
      },
      name,
    )));
}

/** Show where a link leads; one signs in from there, and goes on there. */
function ahead(token, name) {
  const box = h("div", { class: "form" });
  const view = name === "join" ? import("./join.js") : import("./follow.js");
  view.then(({ showAtDoor }) => showAtDoor(box, token));
  return [title(t("door.welcome")), box];
}

/** Return what of the address has to outlive the way through the door. */
function onward() {
  return aim() ? location.search : "";
}

/** Return where a link led before one came to the door, or nothing. */
function aim() {
  const query = new URLSearchParams(location.search);
  const name = ["join", "f"].find((one) => query.has(one));
  return name && `/${name}/${encodeURIComponent(query.get(name))}`;
}

async function enter(username, password) {
  await call("session.create", { username, password });
  if (isOutside()) go(aim() ?? "/", { replace: true });
  startSession();
}

const usernameOf = (more = {}) => textField({
  label: t("door.username"), name: "username", autocomplete: "username", autocapitalize: "none",
  spellcheck: "false", required: true, maxlength: 32, ...more,
});

const passwordOf = (more = {}) => textField({
  label: t("door.password"), name: "password", type: "password", required: true, maxlength: 256,
  autocomplete: "current-password", ...more,
});

function filled(...fields) {
  return fields.every((field) => field.value() || !field.complain(t("form.needed")));
}

function logIn() {
  const username = usernameOf();
  const password = passwordOf();
  return [
    title(t("door.log_in"), t("door.welcome")),
    form({
      fields: [username, password],
      action: t("door.log_in"),
      send: async () => filled(username, password) && enter(username.value(), password.value()),
    }),
    h("p", { class: "door-links" },
      h("a", { href: "/forgot" }, t("door.forgot")),
      h("a", { href: `/signup${onward()}` }, t("door.no_account"))),
  ];
}

function signUp() {
  const name = textField({
    label: t("door.name"), name: "name", autocomplete: "name", maxlength: 64, required: true,
    hint: t("door.name_hint"),
  });
  const username = usernameOf({ hint: t("door.username_hint") });
  const password = passwordOf({ autocomplete: "new-password", hint: t("door.password_hint") });
  const email = textField({
    label: t("door.email"), name: "email", type: "email", autocomplete: "email", maxlength: 254,
    hint: t("door.email_hint"),
  });
  return [
    title(t("door.sign_up"), t("door.sign_up_under")),
    form({
      fields: [name, username, password, email],
      action: t("door.sign_up"),
      send: async () => {
        if (!filled(name, username, password)) return;
        if (!/^[\w.\-\p{L}\p{N}]{2,32}$/u.test(username.value())) {
          username.complain(t("door.username_hint"));
          return;
        }
        const { token } = await call("account.create", {
          name: name.value(), username: username.value(), password: password.value(),
          email: email.value(), language: language(),
        });
        // A browser has its cookie; the token is for scripts and must not lie about.
        call("token.revoke", {}, { id: freshUuid(), token }).catch(() => {});
        await enter(username.value(), password.value());
      },
    }),
    h("p", { class: "door-links" }, h("a", { href: `/login${onward()}` }, t("door.has_account"))),
  ];
}

function forgot() {
  const email = textField({
    label: t("door.email"), name: "email", type: "email", autocomplete: "email", required: true,
  });
  const box = h("div", { class: "form" });
  const send = async () => {
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email.value())) {
      email.complain(t("door.email_needed"));
      return;
    }
    await call("account.ask_reset", { email: email.value() });
    refill(box, h("p", { class: "note", role: "status" }, t("door.reset_sent")));
  };
  box.append(form({ fields: [email], action: t("door.send_link"), send }));
  return [
    title(t("door.forgot"), t("door.forgot_under")),
    box,
    h("p", { class: "door-links" }, h("a", { href: "/login" }, t("door.back"))),
  ];
}

function reset() {
  const query = new URLSearchParams(location.search);
  const password = passwordOf({
    label: t("door.new_password"), autocomplete: "new-password", hint: t("door.password_hint"),
  });
  const box = h("div", { class: "form" });
  const send = async () => {
    if (!filled(password)) return;
    await call("account.reset_password", {
      person: query.get("person") ?? "", token: query.get("token") ?? "", new: password.value(),
    });
    refill(
      box,
      h("p", { class: "note", role: "status" }, t("door.reset_done")),
      h("a", { class: "button", href: "/login" }, t("door.log_in")),
    );
  };
  box.append(form({
    fields: [password],
    action: t("door.set_password"),
    send,
    explain: ({ code }) => code === "account.reset_invalid"
      && h("a", { href: "/forgot" }, t("door.send_link")),
  }));
  return [title(t("door.new_password"), t("door.reset_under")), box];
}
