/** The filters as chips: each opens a menu that writes `type:pdf` and the like into the query, and shows what stands there. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { isoDay } from "../words/amounts.js";
import { t } from "../words/language.js";
import { baseName } from "../words/paths.js";
import { TYPES, typeName } from "../words/places.js";
import { filtersIn, withFilter } from "./filters.js";

const DAY_MS = 86_400_000;
/** @type {[key: any, days: number][]} */
const SPANS = [["today", 0], ["pastWeek", 7], ["pastMonth", 31], ["pastYear", 366]];

/**
 * @param {{ changed: (query: string) => void }} listener
 */
export function makeChips({ changed }) {
  const element = h("div", { class: "chips", role: "group", "data-t-label": "filters", on: { keydown: closeOnEscape } });

  /** @param {string} query @param {string[]} folders Paths. @param {number} now */
  function draw(query, folders, now) {
    const set = Object.fromEntries(filtersIn(query).map(({ name, value }) => [name, value]));
    const write = (/** @type {any} */ name, /** @type {string} */ value) => changed(withFilter(query, name, value));
    fill(
      element,
      chip({ label: t("type"), sign: "tag", value: set.type && typeName(set.type), clear: () => write("type", "") },
        choices(TYPES.map((type) => [typeName(type), type]), set.type, (type) => write("type", type))),
      chip({ label: t("folder"), sign: "folder", value: set.in && baseName(set.in), clear: () => write("in", "") },
        choices(folders.map((path) => [baseName(path), path]), set.in, (path) => write("in", path))),
      chip({ label: t("date"), sign: "clock", value: dates(set), clear: () => changed(withFilter(withFilter(query, "since", ""), "until", "")) },
        choices(SPANS.map(([key, days]) => [t(key), isoDay(now - days * DAY_MS)]), set.until ? "" : set.since, (since) => write("since", since)),
        dateField(t("since"), set.since, (value) => write("since", value)),
        dateField(t("until"), set.until, (value) => write("until", value))),
      chip({ label: t("name"), sign: "name", value: set.name, clear: () => write("name", "") },
        nameField(set.name, (value) => write("name", value))),
    );
  }

  return { element, draw };
}

/**
 * @param {{ label: string, sign: any, value?: string, clear: () => void }} what
 * @param {...HTMLElement} menu
 */
function chip({ label, sign, value, clear }, ...menu) {
  const words = value ? h("bdi", {}, t("filterIs", { name: label, value })) : label;
  return h(
    "div",
    { class: value ? "chip is-set" : "chip" },
    h("details", { name: "chips" }, h("summary", {}, icon(sign), words, icon("down")), h("div", { class: "menu" }, ...menu)),
    value && h("button", { type: "button", class: "chip-clear", "aria-label": t("filterOff", { name: label }), on: { click: clear } }, icon("close")),
  );
}

/** @param {[label: string, value: string][]} all @param {string | undefined} chosen @param {(value: string) => void} choose */
function choices(all, chosen, choose) {
  return h(
    "ul",
    { class: "choices" },
    all.map(([label, value]) =>
      h("li", {}, h("button", { type: "button", "aria-pressed": String(value === chosen), on: { click: () => choose(value) } }, h("bdi", {}, label))),
    ),
  );
}

/** @param {string} label @param {string | undefined} value @param {(value: string) => void} choose */
function dateField(label, value, choose) {
  const listen = { change: (/** @type {any} */ event) => choose(event.target.value) };
  return h("label", { class: "menu-field" }, label, h("input", { type: "date", value: value ?? "", on: listen }));
}

/** @param {string | undefined} value @param {(value: string) => void} choose */
function nameField(value, choose) {
  const listen = { change: (/** @type {any} */ event) => choose(event.target.value.trim()) };
  return h("label", { class: "menu-field" }, t("nameHolds"), h("input", { type: "text", value: value ?? "", on: listen }));
}

/** @param {{ since?: string, until?: string }} set */
function dates({ since, until }) {
  return since || until ? `${since ?? ""} – ${until ?? ""}`.trim() : undefined;
}

/** @param {KeyboardEvent} event */
function closeOnEscape(event) {
  const menu = /** @type {Element} */ (event.target).closest("details[open]");
  if (event.key !== "Escape" || !menu) return;
  event.stopPropagation();
  /** @type {HTMLDetailsElement} */ (menu).open = false;
  menu.querySelector("summary")?.focus();
}

/** Close the menus that a click elsewhere leaves behind. @param {Document} page */
export function closeMenus(page) {
  page.addEventListener("click", (event) => {
    for (const menu of page.querySelectorAll(".chip details[open], details.drop[open]")) {
      if (!menu.contains(/** @type {Node} */ (event.target))) /** @type {HTMLDetailsElement} */ (menu).open = false;
    }
  });
}
