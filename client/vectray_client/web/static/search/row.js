/** One found document, as a row of the list. */

import { h } from "../page/element.js";
import { day } from "../words/amounts.js";
import { t } from "../words/language.js";
import { elided, folderOf, shortPath } from "../words/paths.js";
import { badge, place } from "../words/places.js";
import { marked } from "./marks.js";

/**
 * @param {any} hit
 * @param {{ id: string, isSelected: boolean, folders: string[], now: number }} how
 * @returns {HTMLElement}
 */
export function makeRow(hit, { id, isSelected, folders, now }) {
  return h(
    "li",
    { id, role: "option", class: "row", "aria-selected": String(isSelected) },
    h("span", { class: "badge", data: { type: hit.type } }, badge(hit)),
    h(
      "div",
      { class: "row-body" },
      h("div", { class: "row-name" }, name(hit), h("span", { class: "row-place" }, place(hit))),
      h("p", { class: "row-excerpt", dir: "auto" }, excerpt(hit)),
      h("div", { class: "row-facts" }, ...facts(hit, folders, now)),
    ),
  );
}

/** @param {any} hit */
function name(hit) {
  return hit.name_highlights?.length ? elided(hit.name, marked(hit.name, hit.name_highlights)) : elided(hit.name);
}

/** @param {any} hit @returns {(Node | string)[]} */
export function excerpt(hit) {
  return hit.excerpt ? marked(hit.excerpt.text, hit.excerpt.highlights) : [hit.text];
}

/** @param {any} hit @param {string[]} folders @param {number} now */
function* facts(hit, folders, now) {
  yield h("span", { class: "row-where" }, elided(shortPath(folderOf(hit.path), folders)));
  if (hit.heading) yield h("bdi", { class: "row-heading" }, hit.heading);
  if (hit.copies?.length) yield h("span", { class: "row-copies" }, t("copies", { count: hit.copies.length }));
  yield h("span", { class: "row-legs" }, ...legs(hit));
  if (hit.modified_ms) yield h("time", { class: "row-day", datetime: new Date(hit.modified_ms).toISOString() }, day(hit.modified_ms, now));
}

/** Which of the two searches found it. @param {any} hit */
function* legs(hit) {
  if (hit.keyword_score != null) yield h("span", { class: "leg words", title: t("byWords") }, t("wordsShort"));
  if (hit.vector_score != null) yield h("span", { class: "leg meaning", title: t("byMeaning") }, t("meaningShort"));
}
