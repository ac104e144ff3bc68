/**
 * The only way in which this page makes elements. Whatever comes from a document is text, never markup.
 *
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, unknown> & { on?: Record<string, (event: any) => void>, data?: Record<string, string> }} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";

/** What must be set as a property to have its effect. */
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "open", "selected", "indeterminate"]);

/**
 * Make an HTML element.
 *
 * @param {string} tag
 * @param {Attributes} [attributes] `on` holds listeners by event; true is an attribute without a value; null and false are none.
 * @param {...(Child | Child[])} children Strings become text; null, undefined and false nothing.
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  describe(element, attributes);
  element.append(...present(children));
  return element;
}

/**
 * Make an SVG drawing of one path on a field of 24 by 24. It is decoration: no screen reader tells of it.
 *
 * @param {string} path
 * @returns {SVGElement}
 */
export function drawing(path) {
  const svg = document.createElementNS(SVG, "svg");
  describe(svg, { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * Put other children in the place of those that an element has.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/**
 * The same for what changes under a person's hands: the control that had the focus has it again, and none goes away while it is pressed.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function refill(element, ...children) {
  if (element.matches(":active")) return;
  const held = element.contains(document.activeElement) && document.activeElement?.getAttribute("aria-label");
  fill(element, ...children);
  if (held) /** @type {HTMLElement | null} */ (element.querySelector(`[aria-label="${CSS.escape(held)}"]`))?.focus({ preventScroll: true });
}

/** @param {Element} element @param {Attributes} attributes */
function describe(element, { on = {}, data = {}, ...attributes }) {
  for (const [name, value] of Object.entries(attributes)) {
    if (PROPERTIES.has(name)) Reflect.set(element, name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  for (const [name, value] of Object.entries(data)) /** @type {HTMLElement} */ (element).dataset[name] = value;
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
}

/** @param {(Child | Child[])[]} children @returns {(Node | string)[]} */
function present(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
