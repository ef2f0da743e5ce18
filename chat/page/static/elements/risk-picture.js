/**
 * The picture of an answer. It is a page of its own in a frame that may do nothing but draw; it
 * tells what was chosen, and is told what to add.
 */

import { h, icon, refill } from "../core/dom.js";
import { language, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { asRefused, Refused } from "../net/refused.js";
import { openCase } from "./risk-case-forms.js";
import { showTimeline } from "./risk-timeline.js";
import { empty, toast, whileBusy } from "./parts.js";

const KEPT_CASES = 200;
const TONES = { blocked: "bad", case: "wait", found: "good" };

async function listMarks() {
  const { cases } = await call("case.list", { status: "open", limit: KEPT_CASES });
  return Object.fromEntries(cases.map((one) => [one.subject, one.decision ?? "open"]));
}

/** Ask what lies around a node, and have it drawn. */
async function expand(frame, id) {
  try {
    const [answer, marks] = await Promise.all([
      call("risk.query", { name: "around.one", parameters: { id } }), listMarks(),
    ]);
    const { columns, rows } = answer;
    // Its page has no origin of its own that could be named.
    frame.contentWindow?.postMessage({ kith: "add", columns, rows, marks }, "*");
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

/** Show the picture of a question's answer in `place`. */
export function openPicture(place, name, parameters) {
  const search = new URLSearchParams({
    name, parameters: JSON.stringify(parameters), language: language(),
  });
  const frame = h("iframe", {
    class: "risk-frame", sandbox: "allow-scripts", title: t("risk.picture_of", { name }),
    src: `/risk/picture?${search}`,
  });
  const chosen = h("div", { class: "risk-chosen" }, h("p", { class: "soft" }, t("risk.choose")));
  const timeline = h("div", {});
  const hear = (event) => {
    if (!frame.isConnected) {
      removeEventListener("message", hear);
      return;
    }
    if (event.source !== frame.contentWindow) return;
    const { kith, id, kind } = event.data ?? {};
    if (kith === "drawn") place.dataset.drawn = String(event.data.nodes);
    if (kith === "refused") {
      const text = new Refused(event.data.error).sentence;
      refill(place, empty({ picture: "warning", text }));
    }
    if (typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id)) return;
    if (kith === "chosen") refill(chosen, about({ ...event.data, kind }, frame, timeline));
    if (kith === "expand") expand(frame, id);
  };
  addEventListener("message", hear);
  place.hidden = false;
  delete place.dataset.drawn;
  refill(place, frame, chosen, timeline);
}

function about({ id, kind, name, state }, frame, timeline) {
  const button = (sign, label, run) => h("button", {
    type: "button", class: "button plain risk-tool",
    onclick: (event) => whileBusy(event.currentTarget, run),
  }, icon(sign), label);
  const hasMoney = ["Person", "Account"].includes(kind);
  return [
    h("p", {}, h("strong", { dir: "auto" }, kind === "Person" ? `@${name}` : name || id.slice(-6)),
      " ", h("span", { class: `tag ${TONES[state] ?? ""}` }, t(`risk.state_${state}`))),
    h("div", { class: "risk-buttons" },
      button("add", t("risk.expand"), () => expand(frame, id)),
      hasMoney && button("clock", t("risk.timeline"), () => showTimeline(timeline, id)),
      hasMoney && button("flag", t("risk.open_case"), () => openCase(id)),
      h("a", { class: "button plain risk-tool", href: `/risk/around.one?id=${id}` },
        icon("next"), t("risk.around"))),
  ];
}
