/** What a person prefers, and the facts about this installation. */

import { fill, h } from "../page/element.js";
import { CHOICES, keepPreferences, readPreferences } from "../page/preferences.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";

/** Facts that have a name in both languages; others are called what the agent calls them. */
const NAMED = ["version", "index_file", "config_file", "config", "data", "runtime", "model", "open_with"];
const MOST_DEPTH = 2;

/**
 * @param {import("../page/page.js").Page} page
 * @param {{ changed: () => void }} listener
 */
export function makeSettings(page, { changed }) {
  const choices = h("div", { class: "settings" });
  const facts = h("dl", { class: "facts" });
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "settings" })), choices, h("h2", { "data-t": "facts" }), facts);
  /** @type {any} */
  let known = {};

  async function load() {
    draw();
    try {
      known = await page.api.get("settings");
    } catch (error) {
      page.failed(error);
    }
    draw();
  }

  function draw() {
    const now = readPreferences();
    fill(
      choices,
      radios("language", now.language, [["auto", t("languageAuto")], ["zh", "中文"], ["en", "English"]]),
      radios("theme", now.theme, [["auto", t("themeAuto")], ["light", t("themeLight")], ["dark", t("themeDark")]]),
      radios("top", String(now.top), [...CHOICES.top].sort((a, b) => a - b).map((top) => [String(top), String(top)])),
      toggle(now.rerank),
    );
    fill(facts, ...rows(known));
  }

  /** @param {Partial<import("../page/preferences.js").Preferences>} change */
  function keep(change) {
    keepPreferences(change);
    changed();
  }

  /** @param {"language" | "theme" | "top"} name @param {string} chosen @param {[value: string, label: string][]} all */
  function radios(name, chosen, all) {
    const choose = (/** @type {string} */ value) => keep({ [name]: name === "top" ? Number(value) : value });
    return h(
      "fieldset",
      { class: "setting" },
      h("legend", {}, t(/** @type {any} */ (`setting_${name}`))),
      h("div", { class: "segments" }, all.map(([value, label]) =>
        h("label", {}, h("input", { type: "radio", name, value, checked: value === chosen, on: { change: () => choose(value) } }), h("span", {}, label)),
      )),
    );
  }

  /** @param {boolean} isOn */
  function toggle(isOn) {
    const listen = { change: (/** @type {any} */ event) => keep({ rerank: event.target.checked }) };
    return h(
      "div",
      { class: "setting" },
      h("label", { class: "switch" }, h("input", { type: "checkbox", role: "switch", checked: isOn, "aria-describedby": "rerank-help", on: listen }), h("span", {}, t("setting_rerank"))),
      h("p", { class: "muted", id: "rerank-help" }, t("rerankHelp")),
    );
  }

  return { element, draw, enter: () => void load(), told() {} };
}

/**
 * Facts as rows; what holds other facts is told one below the other.
 *
 * @param {Record<string, any>} known
 * @param {number} [depth]
 * @returns {HTMLElement[]}
 */
function rows(known, depth = 1) {
  return Object.entries(known).flatMap(([name, value]) => {
    if (value && typeof value === "object" && !Array.isArray(value)) return depth < MOST_DEPTH ? rows(value, depth + 1) : [];
    if (value === null || String(value) === "") return [];
    return [h("dt", {}, factName(name)), h("dd", {}, elided(Array.isArray(value) ? value.join(", ") : String(value)))];
  });
}

/** @param {string} name */
function factName(name) {
  return NAMED.includes(name) ? t(/** @type {any} */ (`fact_${name}`)) : name.replaceAll("_", " ");
}
