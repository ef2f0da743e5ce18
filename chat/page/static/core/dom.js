/** Making elements. Text from people only ever becomes a text node. */

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set([
  "value", "checked", "disabled", "hidden", "open", "selected", "tabIndex", "textContent",
  "readOnly", "required", "indeterminate",
]);

/** Make an element: `h("button", { class: "primary", onclick: save }, "Save")`. */
export function h(tag, props = {}, ...children) {
  return fill(dress(document.createElement(tag), props), children);
}

/** Make an SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(dress(document.createElementNS(SVG, tag), props), children);
}

/** Set properties, attributes, styles and listeners; what is null or false is left out. */
export function dress(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (name === "style") {
      for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    } else if (name === "data") Object.assign(element.dataset, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  return element;
}

/** Append children: nodes, text, nested lists; null and false are nothing. */
export function fill(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child);
  }
  return element;
}

/** Put other children into an element. */
export function refill(element, ...children) {
  element.replaceChildren();
  return fill(element, children);
}

/**
 * Refill, and focus again what is held by the same name (`data-held`): what had the focus, or what
 * is busy and lost it to nobody. Without its like `near(name)` returns what comes nearest.
 */
export function refillHeld(element, children, near = () => null) {
  const { activeElement } = document;
  const held = (element.contains(activeElement) ? activeElement
    : element.querySelector('[aria-busy="true"]'))?.dataset.held;
  refill(element, children);
  if (held) (element.querySelector(`[data-held="${held}"]`) ?? near(held))?.focus();
}

/** Return one of our icons; it says nothing to screen readers, its button does. */
export function icon(name, className = "icon") {
  const shape = s("svg", {
    class: `${className} i-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true",
  });
  for (const d of ICONS[name]) shape.append(s("path", { d }));
  return shape;
}

/** Return a button that shows only an icon. */
export function iconButton(name, label, onclick, props = {}) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}

/**
 * Make the children of `container` match `items`, keeping the elements of those that stay.
 *
 * `make(item)` returns an element; `update(element, item)` changes one that stays and may return
 * another in its place.
 */
export function match(container, items, { key, make, update }) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let at = container.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let element = old.get(name);
    if (element) {
      old.delete(name);
      const other = update?.(element, item);
      if (other && other !== element) {
        if (at === element) at = other;
        element.replaceWith(other);
        element = other;
      }
    } else element = make(item);
    element.dataset.key = name;
    if (element === at) at = at.nextElementSibling;
    else container.insertBefore(element, at);
  }
  for (const element of old.values()) element.remove();
}

/** Base of our elements: what `start` listens to ends with the element. */
export class Part extends HTMLElement {
  #ends = [];
  #drawing = 0;

  connectedCallback() {
    this.start();
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#drawing);
    for (const end of this.#ends.splice(0)) end();
    this.stop();
  }

  /** Build the element. */
  start() {}

  /** Give back what `until` does not know of. */
  stop() {}

  /** Show once for all that happens within a frame: a busy minute brings many events. */
  showSoon() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.show());
  }

  /** Call these when the element leaves the page. */
  until(...ends) {
    this.#ends.push(...ends);
  }
}

let counter = 0;

/** Return an id that no other element of the page has. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}
