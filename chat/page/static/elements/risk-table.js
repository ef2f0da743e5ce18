/** Rows of an answer: sorted by a column, walked by the arrow keys, copied as a whole or alone. */

import { h, icon, refill } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { fullMoment } from "../core/time.js";
import { asTable } from "./risk-save.js";

const SHOWN = 200;
const CLASSES = {
  int: "risk-number", decimal: "risk-number", ids: "risk-list", text: "risk-text",
};

function compare(one, other) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}

function idLink(id) {
  return h("a", { class: "risk-id", href: `/risk/around.one?id=${id}`, title: id },
    `…${id.slice(-6)}`);
}

function cellOf(value, kind) {
  if (value === null) return "–";
  if (kind === "id") return idLink(value);
  if (kind === "ids") return value.map((id) => [idLink(id), " "]);
  if (kind === "moment") return h("time", { datetime: value, title: value }, fullMoment(value));
  if (kind === "bool") return t(value ? "risk.yes" : "risk.no");
  return String(value);
}

/** Return the table; `copied` is called once something is in the clipboard. */
export function resultTable({ columns, kinds, rows, label, copied }) {
  let shown = SHOWN;
  let sorted = rows;
  let by = null;
  const body = h("tbody", {});
  const heads = columns.map((name, at) => h("th", { scope: "col", "aria-sort": "none" },
    h("button", { type: "button", onclick: () => sortBy(at) }, name, icon("down", "icon small"))));
  const more = h("button", {
    type: "button", class: "link-button more-button", onclick: () => {
      shown += SHOWN;
      fillBody();
    },
  }, t("page.more"));

  function fillBody() {
    refill(body, sorted.slice(0, shown).map((row, at) => h("tr", { tabIndex: at === 0 ? 0 : -1 },
      row.map((value, column) => h("td", {
        class: CLASSES[kinds[column]], title: kinds[column] === "text" && value,
      }, cellOf(value, kinds[column]))))));
    more.hidden = sorted.length <= shown;
  }

  function sortBy(at) {
    const isDown = by?.at === at && !by.isDown;
    by = { at, isDown };
    const turn = isDown ? -1 : 1;
    sorted = [...rows].sort((one, other) => turn * compare(one[at], other[at]));
    heads.forEach((head, place) => {
      const order = isDown ? "descending" : "ascending";
      head.setAttribute("aria-sort", place === at ? order : "none");
    });
    fillBody();
  }

  async function copy(some) {
    await navigator.clipboard.writeText(asTable(columns, some));
    copied();
  }

  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const steps = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling,
      Home: body.firstElementChild, End: body.lastElementChild };
    if (event.key in steps) {
      event.preventDefault();
      const next = steps[event.key];
      if (!next) return;
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "c" && (event.ctrlKey || event.metaKey)
      && getSelection().isCollapsed) {
      event.preventDefault();
      copy([sorted[[...body.children].indexOf(row)]]);
    }
  });
  fillBody();
  return h("section", { class: "risk-rows" },
    h("div", { class: "risk-scroll", tabIndex: 0, role: "region", "aria-label": label },
      h("table", {}, h("thead", {}, h("tr", {}, heads)), body)),
    more,
    h("button", { type: "button", class: "button plain risk-tool", onclick: () => copy(sorted) },
      icon("copy"), t("risk.copy")));
}
