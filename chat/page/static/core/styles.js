/** Styles that the first screen does without. */

import { h } from "./dom.js";

/** Load a style sheet, once; returns when it is here or lost, since a view works without. */
export function needStyle(name) {
  const links = [...document.querySelectorAll('link[rel="stylesheet"]')];
  if (links.some(({ href }) => href.endsWith(`/${name}.css`))) return undefined;
  return new Promise((resolve) => {
    const href = links[0].href.replace(/[^/]+$/, `${name}.css`);
    const props = { rel: "stylesheet", href, onload: resolve, onerror: resolve };
    document.head.append(h("link", props));
  });
}
