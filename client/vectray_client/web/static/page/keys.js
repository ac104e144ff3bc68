/** The keys that work everywhere, and the list of all keys. */

import { t } from "../words/language.js";
import { show } from "./dialogs.js";
import { h } from "./element.js";

/** @type {[keys: string[], what: any][]} */
const KEYS = [
  [["/"], "keySearch"],
  [["↓", "↑"], "keyChoose"],
  [["Enter"], "keyOpen"],
  [["Ctrl", "Enter"], "keyReveal"],
  [["Space", "→"], "keyPreview"],
  [["Esc", "←"], "keyBack"],
  [["1", "–", "6"], "keyViews"],
  [["?"], "keyHelp"],
];

/**
 * @param {{ search: () => void, view: (number: number) => void }} listener `number` counts the views from 0.
 */
export function listenToKeys({ search, view }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") search();
    else if (event.key === "?") showKeys();
    else if (/^[1-6]$/.test(event.key)) view(Number(event.key) - 1);
    else return;
    event.preventDefault();
  });
}

/** Show all keys. */
export function showKeys() {
  const rows = KEYS.flatMap(([keys, what]) => [h("dt", {}, keys.map((key) => (key === "–" ? key : h("kbd", {}, key)))), h("dd", {}, t(what))]);
  const dialog = show(t("keys"), h("dl", { class: "keys" }, rows), h("div", { class: "acts" }, h("button", { type: "button", on: { click: () => dialog.close() } }, t("close"))));
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
  return event.target instanceof Element && event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}
