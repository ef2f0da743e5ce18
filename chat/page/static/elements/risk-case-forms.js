/** What can be done with cases: open one, add to one, decide. */

import { tell } from "../core/bus.js";
import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { call } from "../net/api.js";
import { asRefused, CommandId } from "../net/refused.js";
import { nameOf } from "../state/people.js";
import { openDialog } from "./dialog.js";
import { form, selectField, textField } from "./fields.js";
import { toast } from "./parts.js";

const LISTED = 100;

function noteField(label) {
  return textField({ label, name: "note", maxlength: 2000, autofocus: true });
}

/** Ask for a note and send a command; `done` gets the case. */
function openForm({ title, text, label, command, fields, more = [], valueOf, done }) {
  const note = noteField(label);
  const number = new CommandId();
  const dialog = openDialog({
    title,
    body: form({
      fields: [text && h("p", { class: "soft" }, text), ...more, note],
      action: title,
      send: async () => {
        if (!note.value()) {
          note.complain(t("risk.needed"));
          return;
        }
        const all = { ...fields, ...valueOf(note.value()) };
        const answer = await call(command, all, { id: number.for(all) });
        dialog.close();
        tell("cases");
        done?.(answer.case);
      },
    }),
  });
}

/** Open a case about somebody: an id, or nothing to be asked for whom. */
export function openCase(subject) {
  const whom = textField({
    label: t("risk.subject"), hint: t("risk.subject_hint"), name: "subject", value: subject ?? "",
  });
  openForm({
    title: t("risk.open_case"), label: t("risk.why"), command: "case.open", more: [whom],
    valueOf: (note) => ({ subject: whom.value(), note }),
    done: ({ id }) => go(`/risk/cases/${id}`),
  });
}

/** Add a finding to a case that is chosen among the open ones. */
export async function addToCase(finding) {
  try {
    const { cases } = await call("case.list", { status: "open", limit: LISTED });
    if (!cases.length) {
      toast(t("risk.no_open_case"));
      return;
    }
    const options = cases.map((one) => [one.id, `${nameOf(one.subject)} · ${one.note}`]);
    const which = selectField({ label: t("risk.case"), name: "case", options });
    openForm({
      title: t("risk.add"), label: t("risk.note"), command: "case.add", more: [which],
      valueOf: (text) => ({ case: which.value(), finding: { ...finding, text } }),
      done: ({ id }) => go(`/risk/cases/${id}`),
    });
  } catch (error) {
    toast(asRefused(error).sentence);
  }
}

/** Add a note to a case. */
export function addNote(file) {
  openForm({
    title: t("risk.add_note"), label: t("risk.note"), command: "case.add", fields: { case: file },
    valueOf: (text) => ({ finding: { kind: "text", text } }),
  });
}

/** Decide a case. */
export function decide(file, decision) {
  openForm({
    title: t(`risk.${decision}`), text: t(`risk.${decision}_text`), label: t("risk.why"),
    command: "case.decide", fields: { case: file, decision }, valueOf: (reason) => ({ reason }),
  });
}
