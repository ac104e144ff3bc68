/** The language of the page: it stands in the root element's `lang`, where browsers and screen readers look for it too. */

import { EN } from "./en.js";
import { ZH } from "./zh.js";

const DICTIONARIES = { en: EN, "zh-CN": ZH };

/** @typedef {keyof typeof EN} Key */

/**
 * Choose the language: Chinese for any kind of Chinese, else English.
 *
 * @param {"auto" | "zh" | "en"} choice
 * @param {readonly string[]} [wanted] What the browser is set to, best first.
 */
export function setLanguage(choice, wanted = navigator.languages) {
  const first = choice === "auto" ? (wanted[0] ?? "en") : choice;
  document.documentElement.lang = /^zh\b/i.test(first) ? "zh-CN" : "en";
  document.title = t("title");
}

/** The language now, as a BCP 47 tag. */
export function language() {
  return document.documentElement.lang;
}

/** @returns {boolean} */
export function isChinese() {
  return language() === "zh-CN";
}

/**
 * Say something in the language of now.
 *
 * @param {Key} key
 * @param {Record<string, string | number>} [values] For {names} in the text. `count` decides between one and many.
 * @returns {string}
 */
export function t(key, values = {}) {
  const entry = DICTIONARIES[language()]?.[key] ?? EN[key];
  const text = typeof entry === "string" ? entry : entry[plural(Number(values.count))] ?? entry.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/**
 * Put words into everything below an element that asks for them: `data-t` for its text, `data-t-label` and `data-t-placeholder`.
 *
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
    if (element.matches("button, a")) element.setAttribute("title", t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll("[data-t-placeholder]")) {
    element.setAttribute("placeholder", t(element.dataset.tPlaceholder));
  }
}

/** @param {number} count */
function plural(count) {
  return new Intl.PluralRules(language()).select(count) === "one" ? "one" : "other";
}

/** @param {string | number} value */
function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(language()).format(value) : String(value ?? "");
}
