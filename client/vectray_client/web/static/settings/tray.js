/** What a person chooses for the tray: asked of its file, and of the system, each time that it is looked at. */

import { fill, h } from "../page/element.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";
import { radios, toggle } from "./controls.js";

const LANGUAGES = { auto: "languageSystem", en: "", zh: "" };
const COLOURS = { auto: "coloursAuto", light: "coloursLight", dark: "coloursDark" };
const NAMES = { en: "English", zh: "中文" };

/** @param {import("../page/page.js").Page} page */
export function makeTraySettings(page) {
  const choices = h("div", { class: "settings" });
  /** @type {any} */
  let tray = null;
  /** @type {any} */
  let autostart = null;

  async function load() {
    await Promise.all([asked("preferences", (answer) => (tray = answer)), asked("autostart", (answer) => (autostart = answer))]);
    draw();
  }

  /** @param {string} path @param {(answer: any) => void} take */
  async function asked(path, take) {
    try {
      take(await page.api.get(path));
    } catch (error) {
      page.failed(error);
    }
  }

  function draw() {
    fill(choices, autostart && startSetting(), tray && [tray.fault && h("p", { class: "note is-warning" }, said(tray.fault)), ...traySettings()]);
  }

  function startSetting() {
    return toggle({
      name: "startItself",
      isOn: autostart.is_on,
      label: t("startItself"),
      help: said(autostart.reason) || t("startItselfHelp"),
      choose: (isOn) => changing(async () => (autostart = await page.api.post("autostart", { on: isOn }))),
    });
  }

  function* traySettings() {
    const { chosen } = tray;
    const named = (/** @type {Record<string, string>} */ keys) => Object.entries(keys).map(([value, key]) => /** @type {[string, string]} */ ([value, key ? t(/** @type {any} */ (key)) : NAMES[value]]));
    yield radios({ name: "tray-language", legend: t("setting_language"), chosen: chosen.language, all: named(LANGUAGES), choose: (value) => keep("language", value) });
    yield radios({ name: "tray-colours", legend: t("setting_colours"), chosen: chosen.colours, all: named(COLOURS), choose: (value) => keep("colours", value) });
    yield h("fieldset", { class: "setting" }, h("legend", {}, t("setting_notices")), Object.keys(chosen).filter((name) => name.startsWith("notify.")).map(notice));
  }

  /** @param {string} name */
  function notice(name) {
    const label = t(/** @type {any} */ (`notice_${name.slice("notify.".length).replace("-", "_")}`));
    return toggle({ name, isOn: tray.chosen[name] === "on", label, choose: (isOn) => keep(name, isOn ? "on" : "off") });
  }

  /** @param {string} name @param {string} value */
  function keep(name, value) {
    return changing(async () => (tray = await page.api.post("preferences", { name, value })));
  }

  /** What could not be changed is shown as it is. @param {() => Promise<unknown>} change */
  async function changing(change) {
    await page.act(change);
    draw();
  }

  return { element: choices, draw, load };
}
