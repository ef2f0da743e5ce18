/** How somebody stands, in words: online, away, typing, or when they were last there. */

import { listen } from "../core/bus.js";
import { Part } from "../core/dom.js";
import { needWords, locale, t } from "../core/i18n.js";
import { shortMoment } from "../core/time.js";
import { serverNow, state } from "../state/store.js";
import "../state/presence.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
// Where a day is named instead of counted.
const LONG_AGO = 7 * DAY;

// Elements that wait for this class show something else until the words are here too.
await needWords("-later");

class Presence extends Part {
  start() {
    const topics = [`presence:${this.person}`, `typing:${this.room}`];
    for (const topic of topics) this.until(listen(topic, () => this.show()));
    this.timer = setInterval(() => this.show(), MINUTE);
    this.show();
  }

  stop() {
    clearInterval(this.timer);
  }

  show() {
    const words = this.words();
    if (!words) this.textContent = this.otherwise;
    else this.textContent = this.before ? `${this.before} · ${words}` : words;
  }

  words() {
    if (state.rooms.get(this.room)?.typing.size) return t("presence.typing");
    const { status, lastSeen } = state.presence.get(this.person) ?? {};
    if (status === "online" || status === "away") return t(`presence.${status}`);
    return lastSeen ? t("presence.last_seen", { ago: ago(lastSeen) }) : "";
  }
}
customElements.define("kith-presence", Presence);

function ago(moment) {
  const past = Math.max(0, serverNow() - Date.parse(moment));
  if (past < MINUTE) return t("presence.just_now");
  if (past > LONG_AGO) return shortMoment(moment);
  const [size, unit] = past < 60 * MINUTE ? [MINUTE, "minute"]
    : past < DAY ? [60 * MINUTE, "hour"] : [DAY, "day"];
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
  return format.format(-Math.floor(past / size), unit);
}
