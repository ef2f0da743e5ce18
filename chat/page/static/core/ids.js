/** Ids of commands, and what an id of the service says about its age. */

/** Return a fresh UUID, also where the page was not loaded over a secure connection. */
export function freshUuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Return when an id of version 7 was made, in milliseconds. */
export function madeAt(id) {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
