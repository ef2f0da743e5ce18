/** What only this person knows of cards: their own share of an envelope, and whether their transfer
 * is being reviewed. */

import { tell } from "../core/bus.js";
import { call } from "../net/api.js";
import { state } from "./store.js";

// By envelope: the own share in minor units, 0 when there is none.
const shares = new Map();
const asked = new Map();

/** Return one's share of an envelope: an amount, 0, or undefined while it is not known. */
export function ownShare(envelope) {
  return shares.get(envelope);
}

/** Take what an answer says about an envelope. */
export function takeEnvelope(envelope) {
  // Shares are shown only to who took one, to the sender, and to all once it is closed.
  const own = envelope.shares?.find((share) => share.person === state.me.id);
  noteShare(envelope.id, own?.amount ?? 0);
}

/** Note one's own share. */
export function noteShare(envelope, amount) {
  if (shares.get(envelope) === amount) return;
  shares.set(envelope, amount);
  tell(`share:${envelope}`);
}

/** Find out one's own share of an envelope, asked for once; returns when it is known or lost. */
export async function askShare(envelope) {
  if (shares.has(envelope)) return;
  if (!asked.has(envelope)) {
    asked.set(envelope, call("envelope.get", { envelope })
      .then((answer) => takeEnvelope(answer.envelope))
      .catch(() => asked.delete(envelope)));
  }
  await asked.get(envelope);
}

// By transfer: whether it is being reviewed, which its two sides alone are told.
const reviews = new Map();

/** Tell whether a transfer of one's own is known to be reviewed. */
export function isReviewed(transfer) {
  return reviews.get(transfer) ?? false;
}

/** Note whether one's own transfer is being reviewed. */
export function noteReview(transfer, isHeld) {
  const was = isReviewed(transfer);
  reviews.set(transfer, isHeld);
  if (was !== isHeld) tell(`share:${transfer}`);
}

/** Find out whether one's own transfer is being reviewed, asked for once. */
export async function askReview(transfer) {
  if (reviews.has(transfer)) return;
  reviews.set(transfer, false);
  await call("transfer.get", { transfer })
    .then((answer) => noteReview(transfer, answer.transfer.under_review ?? false))
    .catch(() => reviews.delete(transfer));
}
