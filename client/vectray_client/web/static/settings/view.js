/** What a person prefers, and the facts about this installation. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { CHOICES, keepPreferences, readPreferences } from "../page/preferences.js";
import { address } from "../page/routes.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";
import { radios, toggle } from "./controls.js";
import { makeTraySettings } from "./tray.js";

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
  const tray = makeTraySettings(page);
  const diagnostics = h("a", { class: "button", href: address("diagnostics") }, icon("check"), h("span", { "data-t": "diagnostics" }));
  const element = h(
    "div",
    { class: "view" },
    h("div", { class: "view-head" }, h("h1", { "data-t": "settings" }), diagnostics),
    h("h2", { class: "part", "data-t": "thisPage" }),
    choices,
    h("h2", { class: "part", "data-t": "theTray" }),
    tray.element,
    h("h2", { class: "part", "data-t": "facts" }),
    facts,
  );
  /** @type {any} */
  let known = {};

  async function load() {
    draw();
    void tray.load();
    try {
      known = await page.api.get("settings");
    } catch (error) {
      page.failed(error);
    }
    draw();
  }

  function draw() {
    const now = readPreferences();
    const chosen = (/** @type {"language" | "theme" | "top"} */ name, /** @type {[value: string, label: string][]} */ all) =>
      radios({ name, legend: t(`setting_${name}`), chosen: String(now[name]), all, choose: (value) => keep({ [name]: name === "top" ? Number(value) : value }) });
    fill(
      choices,
      chosen("language", [["auto", t("languageAuto")], ["zh", "中文"], ["en", "English"]]),
      chosen("theme", [["auto", t("themeAuto")], ["light", t("themeLight")], ["dark", t("themeDark")]]),
      chosen("top", [...CHOICES.top].sort((a, b) => a - b).map((top) => [String(top), String(top)])),
      toggle({ name: "rerank", isOn: now.rerank, label: t("setting_rerank"), help: t("rerankHelp"), choose: (rerank) => keep({ rerank }) }),
    );
    tray.draw();
    fill(facts, ...rows(known));
  }

  /** @param {Partial<import("../page/preferences.js").Preferences>} change */
  function keep(change) {
    keepPreferences(change);
    changed();
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
