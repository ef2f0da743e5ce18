/** The frame: which view stands in which column, and what lies over all of them. */

import { listen } from "../core/bus.js";
import { Part, fill, h, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { go, route } from "../core/router.js";
import { state } from "../state/store.js";
import { countUnread } from "../state/rooms.js";
import { startSession } from "../state/session.js";
import { toast } from "./parts.js";
import { openSwitcher } from "./switcher.js";
import "./nav.js";

const chats = () => import("./chats.js");
const talk = () => Promise.all([chats(), import("./conversation.js")]);
const friends = () => import("./friends.js");
const wallet = () => import("./wallet.js");
const settings = () => import("./settings.js");
const bills = () => Promise.all([wallet(), import("./bills.js")]);
const gifts = () => Promise.all([wallet(), import("./gifts.js")]);
const owing = () => Promise.all([friends(), import("./owing.js")]);
const could = () => Promise.all([wallet(), import("./could.js")]);
const requests = () => Promise.all([wallet(), import("./requests.js")]);
const statement = () => Promise.all([wallet(), import("./statement.js")]);
const staff = () => import("./staff.js");
const risk = () => import("./risk.js");
const join = () => Promise.all([chats(), import("./join.js")]);
const follow = () => Promise.all([friends(), import("./follow.js")]);

// For each route: what stands in the list and in the main column, where it is loaded from, which
// column a narrow screen shows, and the role without which nothing of it is there.
const VIEWS = {
  rooms: { list: "kith-rooms", main: "kith-welcome", load: chats, depth: "list" },
  room: { list: "kith-rooms", main: "kith-conversation", load: talk, depth: "main" },
  join: { list: "kith-rooms", main: "kith-join", load: join, depth: "main" },
  follow: { list: "kith-friends", main: "kith-follow", load: follow, depth: "main" },
  friends: { list: "kith-friends", main: "kith-welcome", load: friends, depth: "list" },
  friend: { list: "kith-friends", main: "kith-friend", load: friends, depth: "main" },
  owing: { list: "kith-friends", main: "kith-owing", load: owing, depth: "main" },
  limit: { list: "kith-friends", main: "kith-limit", load: friends, depth: "main" },
  wallet: { list: "kith-wallet", main: "kith-entries", load: wallet, depth: "list" },
  entries: { list: "kith-wallet", main: "kith-entries", load: wallet, depth: "main" },
  bills: { list: "kith-wallet", main: "kith-bills", load: bills, depth: "main" },
  gifts: { list: "kith-wallet", main: "kith-gifts", load: gifts, depth: "main" },
  loans: { list: "kith-wallet", main: "kith-loans", load: wallet, depth: "main" },
  could: { list: "kith-wallet", main: "kith-could", load: could, depth: "main" },
  loan: { list: "kith-wallet", main: "kith-loan", load: wallet, depth: "main" },
  transfer: { list: "kith-wallet", main: "kith-transfer", load: wallet, depth: "main" },
  requests: { list: "kith-wallet", main: "kith-requests", load: requests, depth: "main" },
  receipt: { list: "kith-wallet", main: "kith-receipt", load: requests, depth: "main" },
  statement: { list: "kith-wallet", main: "kith-statement", load: statement, depth: "main" },
  disputes: {
    list: "kith-disputes", main: "kith-welcome", load: staff, depth: "list", role: "staff",
  },
  dispute: {
    list: "kith-disputes", main: "kith-dispute", load: staff, depth: "main", role: "staff",
  },
  risk: { list: "kith-risk", main: "kith-welcome", load: risk, depth: "list", role: "risk" },
  question: { list: "kith-risk", main: "kith-question", load: risk, depth: "main", role: "risk" },
  cases: { list: "kith-risk", main: "kith-cases", load: risk, depth: "main", role: "risk" },
  case: { list: "kith-risk", main: "kith-case", load: risk, depth: "main", role: "risk" },
  reviews: { list: "kith-risk", main: "kith-reviews", load: risk, depth: "main", role: "risk" },
  rules: { list: "kith-risk", main: "kith-rules", load: risk, depth: "main", role: "risk" },
  notices: { list: "kith-notices", main: "kith-welcome", load: settings, depth: "list" },
  settings: { list: "kith-settings", main: "kith-setting", load: settings, depth: "list" },
  setting: { list: "kith-settings", main: "kith-setting", load: settings, depth: "main" },
};
const SLOW_MS = 2_000;
const LATER_MS = 1_000;

class App extends Part {
  #columns = null;
  #isReady = false;
  #wide = matchMedia("(width >= 1100px)");

  /** Show the first view: the door, or what the address asks for. */
  begin() {
    const isSignedIn = document.querySelector('meta[name="kith-signed-in"]').content === "yes";
    this.until(
      listen("route", () => this.show()),
      listen("signed-out", () => this.showDoor()),
      listen("ready", () => this.enter()),
      listen("connection", () => this.showConnection()),
      listen("language", () => this.rebuild()),
      listen("title", () => this.showTitle()),
      listen("rooms", () => this.showTitle()),
      listen("dissolved", (name) => toast(t("room.dissolved", { name }))),
    );
    this.#wide.addEventListener("change", () => this.show());
    addEventListener("keydown", (event) => this.takeKey(event));
    fill(document.body, [
      h("div", { class: "sr-only", id: "live", "aria-live": "polite" }),
      h("div", { class: "toasts" }),
    ]);
    if (isSignedIn) startSession();
    else this.showDoor();
  }

  async showDoor() {
    this.#columns = null;
    this.#isReady = false;
    await import("./sign-in.js");
    delete this.dataset.depth;
    delete this.dataset.hasDetail;
    refill(this, document.createElement("kith-sign-in"));
  }

  enter() {
    this.#isReady = true;
    this.rebuild();
    setTimeout(() => import("../later.js").catch(() => {}), LATER_MS);
  }

  rebuild() {
    if (!this.#isReady) return;
    this.#columns = null;
    this.show();
  }

  async show() {
    if (!this.#isReady) return;
    const now = route();
    const view = VIEWS[now.name];
    if (!view || (view.role && !state.account?.roles.includes(view.role))) {
      go("/", { replace: true });
      return;
    }
    await view.load();
    // Somebody may have gone on while the view was loading.
    if (route() !== now || !this.#isReady) return;
    this.#columns ??= this.makeColumns();
    const detail = this.detailOf(now);
    this.dataset.depth = now.detail ? "detail" : view.depth;
    this.toggleAttribute("data-has-detail", Boolean(detail));
    this.mount("list", view.list, {});
    this.mount("main", view.main, now);
    this.mount("detail", detail, now);
    this.querySelector("kith-nav").mark(now);
    this.showTitle();
  }

  makeColumns() {
    const column = (name, tag, label) => h(tag, { class: `column ${name}`, "aria-label": label });
    const columns = {
      list: column("list", "section", t("page.list")),
      main: column("main", "main", t("page.main")),
      detail: column("detail", "aside", t("page.detail")),
    };
    columns.main.id = "main";
    columns.main.tabIndex = -1;
    refill(
      this,
      h("a", { class: "skip", href: "#main", onclick: (event) => {
        event.preventDefault();
        columns.main.focus();
      } }, t("page.skip")),
      document.createElement("kith-nav"),
      Object.values(columns),
    );
    return columns;
  }

  /** Return the element beside a conversation, or null where there is none. */
  detailOf(now) {
    if (now.name !== "room" || !state.rooms.has(now.room)) return null;
    if (now.card) {
      // What stands beside a conversation comes to life once it is here; the messages do not wait.
      import("./story.js");
      return "kith-story";
    }
    if (now.detail === "balances") {
      import("./balances.js");
      return "kith-balances";
    }
    if (!now.detail && !this.#wide.matches) return null;
    import("./room-detail.js");
    return "kith-room-detail";
  }

  /** Put an element into a column, or tell the one that is there where we are now. */
  mount(name, tag, now) {
    const column = this.#columns[name];
    const { room, person, role, loan, transfer, receipt, section, card, token, dispute } = now;
    const { question, case: file } = now;
    const parts = {
      list: [],
      main: [
        tag === "kith-welcome" && now.name, room, person, role, loan, transfer, section, token,
        receipt, dispute, question, file,
      ],
      detail: [room, card],
    };
    const key = JSON.stringify([tag, ...parts[name]]);
    if (column.dataset.key === key) return;
    column.dataset.key = key;
    if (!tag) {
      refill(column);
      return;
    }
    const element = document.createElement(tag);
    element.route = now;
    refill(column, element);
  }

  showTitle() {
    if (!this.#isReady) return;
    const name = this.#columns?.main.firstElementChild?.pageTitle;
    const waiting = countUnread();
    document.title = [waiting ? `(${waiting})` : "", name ? `${name} – Kith` : "Kith"]
      .filter(Boolean).join(" ");
  }

  showConnection() {
    clearTimeout(this.slow);
    document.querySelector(".connection")?.remove();
    if (state.connection !== "lost") return;
    // Short losses are nobody's business.
    this.slow = setTimeout(() => {
      const line = h("div", { class: "connection", role: "status" },
        h("span", {}, t("page.reconnecting")));
      document.body.append(line);
    }, SLOW_MS);
  }

  takeKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && this.#isReady) {
      event.preventDefault();
      openSwitcher();
    } else if (event.key === "Escape" && !event.defaultPrevented && route().detail
      // That one closes the dialog.
      && !document.querySelector("dialog[open]")) {
      go(`/rooms/${route().room}`);
    }
  }
}
customElements.define("kith-app", App);
