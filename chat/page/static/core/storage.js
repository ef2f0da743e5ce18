/** What this browser remembers. Everything works without it, only less conveniently. */

/** Return what was kept under the name, or `fallback`. */
export function recall(name, fallback = null) {
  try {
    const text = localStorage.getItem(`kith.${name}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Keep a value; null forgets it. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`kith.${name}`);
    else localStorage.setItem(`kith.${name}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage must not stop a conversation.
  }
}

/** Forget everything whose name begins so. */
export function forgetAll(prefix) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`kith.${prefix}`)) localStorage.removeItem(name);
    }
  } catch {
    // See above.
  }
}
