/** Chooses a folder among those of this machine, and shows what is in it before it is added. */

import { show } from "../page/dialogs.js";
import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";
import { makeSurvey } from "./survey.js";

/** A folder that a person only passes on the way to another is not looked through. */
const SURVEY_AFTER_MS = 350;
/** What the second click of a double click says of itself: it confirms nothing. */
const DOUBLE = 2;

/**
 * Let the person choose; what they choose is added.
 *
 * @param {import("../page/page.js").Page} page
 */
export function chooseFolder(page) {
  const add = (/** @type {string} */ path) =>
    page.act(async () => {
      await page.api.post("folders", { path });
      return t("added");
    });
  return choosing(page, { act: t("addThis"), take: add });
}

/**
 * Let the person choose a folder.
 *
 * @param {import("../page/page.js").Page} page
 * @param {{ act: string, take: (path: string) => Promise<boolean> }} choice `act` is what the button says; `take` tells whether the dialog may close.
 */
export async function choosing(page, { act, take }) {
  // An answer that comes late takes the place of nothing that was typed or asked for since.
  let current = new AbortController();
  let going = Promise.resolve();
  let later = 0;
  /** @type {any} */
  let here = null;
  let isSure = false;
  const path = h("input", { type: "text", class: "path", spellcheck: "false", autocomplete: "off", "aria-label": t("folderPath"), on: { input: leave, change: () => void (going = go(path.value)) } });
  const list = h("ul", { class: "choices browse", "aria-label": t("foldersHere") });
  const words = h("p", { class: "muted", role: "status" });
  const survey = makeSurvey(page);
  const add = h("button", { type: "button", class: "primary", on: { click: (/** @type {any} */ event) => event.detail < DOUBLE && void adding() } });
  const dialog = show(
    t("addFolder"),
    path,
    list,
    words,
    survey.element,
    h("div", { class: "acts" }, add, h("button", { type: "button", on: { click: () => dialog.close() } }, t("cancel"))),
  );
  dialog.addEventListener("close", leave);
  offer();
  await (going = go(""));

  function leave() {
    current.abort();
    window.clearTimeout(later);
    survey.stop();
    here = null;
    isSure = false;
  }

  /** @param {string} wanted Empty for the home folder. */
  async function go(wanted) {
    leave();
    offer();
    current = new AbortController();
    const { signal } = current;
    try {
      const found = await page.api.get("browse", { path: wanted }, signal);
      if (!signal.aborted) draw(found);
    } catch (error) {
      if (signal.aborted) return;
      page.failed(error);
      fill(list);
      words.textContent = said(error.message) || t("noAnswer");
    }
  }

  /** @param {any} found */
  function draw(found) {
    here = found;
    path.value = found.path;
    words.textContent = found.folders.length ? "" : t("noFoldersInside");
    const up = found.parent !== found.path ? [row(t("folderAbove"), { sign: "up", target: found.parent })] : [];
    fill(list, ...up, ...found.folders.map((folder) => row(folder.name, { sign: "folder", target: folder.path, isIndexed: folder.is_indexed })));
    list.scrollTop = 0;
    if (!found.holds_home) later = window.setTimeout(() => void survey.begin(found.path), SURVEY_AFTER_MS);
  }

  /** @param {string} name @param {{ sign: any, target: string, isIndexed?: boolean }} what */
  function row(name, { sign, target, isIndexed = false }) {
    const done = isIndexed && h("span", { class: "tag" }, t("isIndexed"));
    return h("li", {}, h("button", { type: "button", on: { click: () => void (going = go(target)) } }, icon(sign), h("bdi", {}, name), done));
  }

  /** What the button says: of a whole home folder it asks once more. */
  function offer() {
    add.classList.toggle("danger", isSure);
    add.classList.toggle("primary", !isSure);
    fill(add, icon("add"), isSure ? t("addAllTheSame") : act);
  }

  async function adding() {
    await going;
    if (!here) return;
    if (here.holds_home && !isSure) {
      isSure = true;
      offer();
      void survey.begin(here.path);
      return;
    }
    add.disabled = true;
    const isTaken = await take(here.path);
    add.disabled = false;
    if (isTaken) dialog.close();
  }
}
