/** Where in a document something stands, and what kind of document it is. */

import { t } from "./language.js";

const LONGEST_BADGE = 5;

/** What files are read as, in the order of a menu; some have endings for names. */
export const TYPES = Object.freeze([
  "pdf", "docx", "markdown", "text", "html", "pptx", "xlsx", "code", "epub", "eml", "ipynb", "rtf", "odt", "doc", "ppt", "xls",
]);

/**
 * @param {{ page?: number | null, line?: number | null, cell?: string }} passage
 * @returns {string} Empty where nobody knows.
 */
export function place({ page, line, cell }) {
  if (page) return t("page", { number: page });
  if (cell) return cell;
  return line ? t("line", { number: line }) : "";
}

/** @param {string} type @returns {string} */
export function typeName(type) {
  return TYPES.includes(type) ? t(/** @type {any} */ (`type_${type}`)) : type;
}

/** @param {{ name: string, type: string }} document @returns {string} A few letters: the name's ending, where it has one. */
export function badge({ name, type }) {
  const ending = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return (/^[a-z0-9]+$/i.test(ending) && ending.length <= LONGEST_BADGE ? ending : type).toUpperCase().slice(0, LONGEST_BADGE);
}
