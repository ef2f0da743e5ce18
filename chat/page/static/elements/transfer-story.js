/** A transfer in full. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { fullMoment } from "../core/time.js";
import { state } from "../state/store.js";
import { transferButtons, transferStatus, transferTag } from "./card-transfer.js";
import { face, sum, who } from "./parts.js";

/** Return everything about a transfer, with the buttons of who may answer it. */
export function transferStory(transfer) {
  const status = transferStatus(transfer);
  const other = transfer.from === state.me.id ? transfer.to : transfer.from;
  return [
    h("div", { class: "hero" }, face(other, 72),
      h("p", { class: "hero-sum" }, sum(transfer.amount, transfer.currency)),
      transferTag(transfer, status)),
    h("dl", { class: "facts section" },
      h("dt", {}, t("pay.from")), h("dd", {}, who(transfer.from, { you: true })),
      h("dt", {}, t("pay.to")), h("dd", {}, who(transfer.to, { you: true })),
      transfer.note && [h("dt", {}, t("form.note")), h("dd", { dir: "auto" }, transfer.note)],
      h("dt", {}, t("transfer.until")), h("dd", {}, fullMoment(transfer.expires_at))),
    transferButtons(transfer, status),
  ];
}
