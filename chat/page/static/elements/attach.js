/** Pictures and files on their way into a conversation. */

import { h } from "../core/dom.js";
import { t } from "../core/i18n.js";
import { freshUuid } from "../core/ids.js";
import { call } from "../net/api.js";
import { upload } from "../net/http.js";
import { asRefused } from "../net/refused.js";
import { toast } from "./parts.js";

const MOST_BYTES = 20 * 1024 * 1024;

/** Let somebody choose files for a room and send them. */
export function chooseFiles(room) {
  const input = h("input", { type: "file", multiple: true, hidden: true });
  input.addEventListener("change", () => {
    sendFiles(room, [...input.files]);
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

/** Send files one after the other, each as a message of its own. */
export async function sendFiles(room, files) {
  for (const file of files) {
    if (file.size > MOST_BYTES) {
      toast(t("file.too_large", { name: file.name }));
      continue;
    }
    const note = toast(t("file.sending", { name: file.name }), { stays: true });
    try {
      const { file: kept } = await upload(file, freshUuid());
      await call("message.send", { room, file: kept.id }, { patience: Infinity });
    } catch (error) {
      toast(asRefused(error).sentence);
    } finally {
      note.remove();
    }
  }
}
