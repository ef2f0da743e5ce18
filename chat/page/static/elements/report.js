/** Reporting a message, a person or a room. */

import { freshId, h } from "../core/dom.js";
import { needWords, t } from "../core/i18n.js";
import { call } from "../net/api.js";
import { CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";
import { form, selectField } from "./fields.js";
import { toast } from "./parts.js";

await needWords("-more");

const REASONS = ["spam", "abuse", "fraud", "violence", "other"];

/** Ask what is wrong with a thing, and report it; `person` is whom one may block instead. */
export function openReport({ about, ref, person }) {
  const reason = selectField({
    label: t("report.reason"), name: "reason", value: "spam",
    options: REASONS.map((one) => [one, t(`report.${one}`)]),
  });
  const noteId = freshId("note");
  const note = h("textarea", {
    class: "input", id: noteId, name: "note", rows: 3, maxlength: 1000, dir: "auto",
  });
  const id = new CommandId();
  const dialog = openDialog({
    title: t(`report.title_${about}`),
    body: form({
      fields: [
        h("p", { class: "soft" }, t(`report.text_${about}`)),
        reason,
        h("div", { class: "field" }, h("label", { for: noteId }, t("report.note")), note),
        person && about === "message" && h("p", { class: "small" },
          h("a", { href: `/friends/${person}`, onclick: () => dialog.close() },
            t("report.block", { name: nameOf(person) }))),
      ],
      action: t("report.send"), className: "danger",
      send: async () => {
        const fields = { about, ref, reason: reason.value(), note: note.value.trim() };
        await call("report.create", fields, { id: id.for(fields) });
        dialog.close();
        toast(t("report.thanks"));
      },
    }),
  });
}
