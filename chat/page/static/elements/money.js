/** The plus of the composer: files, and what money can do in a conversation. */

import { needWords, t } from "../core/i18n.js";
import { chooseFiles } from "./attach.js";
import { openMenu } from "./dialog.js";
import { loanForm } from "./form-loan.js";
import { envelopeForm } from "./form-envelope.js";
import { expenseForm } from "./form-expense.js";
import { requestForm } from "./form-request.js";
import { splitForm } from "./form-split.js";
import { voucherForm } from "./form-voucher.js";
import { transferForm } from "./form-transfer.js";

await needWords("-expenses", "-bank");

/** Open the menu for a room. */
export function openMoney(anchor, room) {
  openMenu(anchor, [
    { icon: "file", label: t("file.send"), run: () => chooseFiles(room.room) },
    { icon: "envelope", label: t("card.envelope"), run: () => envelopeForm(room) },
    { icon: "split", label: t("money.split"), run: () => splitForm(room) },
    { icon: "wallet", label: t("money.expense"), run: () => expenseForm(room) },
    { icon: "transfer", label: t("money.transfer"), run: () => transferForm(room) },
    { icon: "top", label: t("money.request"), run: () => requestForm(room) },
    { icon: "ticket", label: t("issue.action"), run: () => voucherForm(room) },
    { icon: "loan", label: t("money.loan"), run: () => loanForm(room) },
  ], { label: t("composer.money") });
}
