/** Paths, as a person reads them. Pure but for the elements that are made. */

import { h } from "../page/element.js";

/** Characters that stay at a long name's end: most endings, and the number before them. */
const TAIL = 10;
const LONG = 24;

/** @param {string} path @returns {string} */
export function baseName(path) {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** @param {string} path @returns {string} The folder that a path lies in. */
export function folderOf(path) {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

/**
 * Shorten a path from the left to the folders that tell it apart: below an indexed folder, that folder's name comes first.
 *
 * @param {string} path
 * @param {string[]} folders Absolute paths of the indexed folders.
 * @returns {string}
 */
export function shortPath(path, folders) {
  const above = folders.filter((folder) => path === folder || path.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
  return above ? path.slice(above.lastIndexOf("/") + 1) : path;
}

/**
 * Show a name or path that may be too long for its place: it loses letters in the middle, and none of its direction to its neighbours.
 *
 * @param {string} text
 * @param {(Node | string)[]} [head] The same text as nodes, where parts are marked; its end is then not kept.
 * @returns {HTMLElement}
 */
export function elided(text, head = undefined) {
  if (head) return h("bdi", { class: "elided", title: text }, h("span", { class: "head" }, head));
  const letters = Array.from(text);
  if (letters.length <= LONG) return h("bdi", { class: "elided", title: text }, h("span", { class: "head" }, text));
  // A screen reader would read two parts as two words.
  return h(
    "bdi",
    { class: "elided", title: text },
    h("span", { class: "unseen" }, text),
    h("span", { class: "head", "aria-hidden": "true" }, letters.slice(0, -TAIL).join("")),
    h("span", { class: "tail", "aria-hidden": "true" }, letters.slice(-TAIL).join("")),
  );
}
