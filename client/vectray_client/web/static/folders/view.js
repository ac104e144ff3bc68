/** The folders: the state of each, and what can be done with it. */

import { confirmed } from "../page/dialogs.js";
import { fill, h, refill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { address, note } from "../page/routes.js";
import { t } from "../words/language.js";
import { baseName, elided } from "../words/paths.js";
import { said } from "../words/sentences.js";
import { chooseFolder } from "./chooser.js";
import { pauseControl } from "./pausing.js";
import { progress } from "./progress.js";

/** @param {import("../page/page.js").Page} page */
export function makeFolders(page) {
  const now = h("div", {});
  const acts = h("div", { class: "acts" });
  const list = h("ul", { class: "cards" });
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "folders" }), acts), now, list);
  let pausedBefore;

  function draw() {
    const agent = page.state()?.agent;
    // A menu that is open stays open while numbers change beside it.
    if (!acts.querySelector("details[open]") || pausedBefore !== agent?.is_paused) drawActs(agent);
    // Before there is a folder, "everything is indexed" would be true and mislead.
    refill(now, agent ? agent.folders.length > 0 && progress(page, agent) : h("p", { class: "muted" }, t("waitingForAgent")));
    if (!list.querySelector("details[open]")) refill(list, ...(agent ? rows(agent.folders) : []));
  }

  /** @param {any} agent */
  function drawActs(agent) {
    pausedBefore = agent?.is_paused;
    fill(
      acts,
      agent?.folders.length > 0 && pauseControl(page, { isPaused: agent.is_paused }),
      h("button", { type: "button", class: "primary", on: { click: () => void chooseFolder(page) } }, icon("add"), t("addFolder")),
    );
  }

  /** @param {any[]} folders */
  function rows(folders) {
    if (!folders.length) return [h("li", { class: "empty" }, h("h2", {}, t("noFolders")), h("p", {}, t("noFoldersHelp")), h("a", { class: "button primary", href: address("welcome") }, t("chooseFolders")))];
    return folders.map(row);
  }

  /** @param {any} folder */
  function row(folder) {
    const trouble = folder.paused_reason || folder.watch_reason;
    return h(
      "li",
      { class: folder.paused_reason && !folder.is_paused ? "card is-warning" : "card" },
      h("span", { class: "card-sign" }, icon("folder")),
      h(
        "div",
        { class: "card-body" },
        h("h2", {}, elided(baseName(folder.path)), ...standing(folder)),
        h("p", { class: "muted" }, elided(folder.path)),
        h("p", {}, [t("documents", { count: folder.files }), folder.pending && t("waiting", { count: folder.pending })].filter(Boolean).join(" · ")),
        trouble && h("p", { class: "note" }, said(trouble)),
      ),
      h("div", { class: "acts" }, ...folderActs(folder)),
    );
  }

  /** @param {any} folder */
  function* folderActs({ path, is_paused: isPaused, is_lost: isLost }) {
    const name = baseName(path);
    const act = (/** @type {any} */ sign, /** @type {any} */ key, /** @type {any} */ label, /** @type {() => void} */ click) =>
      h("button", { type: "button", "aria-label": t(label, { name }), on: { click } }, icon(sign), t(key));
    if (!isLost) yield act("open", "open", "openOf", () => page.act(() => page.api.post("open-folder", { path })));
    // While all of the index is paused, the one button above is what ends it.
    if (!isLost && !page.state().agent.is_paused) yield pauseControl(page, { isPaused, path, name });
    yield act("again", "rescan", "rescanOf", () => rescan(path));
    yield act("bin", "remove", "removeOf", () => void remove(path));
  }

  /** @param {string} path */
  function rescan(path) {
    return page.act(async () => {
      const { dirty } = await page.api.post("rescan", { path });
      return dirty === undefined ? t("rescanned") : t("rescannedCount", { count: dirty });
    });
  }

  /** @param {string} path */
  async function remove(path) {
    const question = { title: t("removeTitle"), words: t("removeWords", { path }), act: t("remove") };
    if (!(await confirmed(question))) return;
    await page.act(async () => {
      await page.api.remove("folders", { path });
      return t("removed");
    });
  }

  return {
    element,
    draw,
    /** @param {URLSearchParams} parameters */
    enter(parameters) {
      draw();
      if (!parameters.has("add")) return;
      note(address("folders"), { isSame: true });
      void chooseFolder(page);
    },
    told: draw,
  };
}

/** In a word or two, what sets a folder apart just now. @param {any} folder */
function* standing({ is_lost: isLost, is_paused: isPaused, is_scanning: isScanning }) {
  if (isLost) yield h("span", { class: "tag is-warning" }, t("folderLost"));
  if (isPaused) yield h("span", { class: "tag" }, t("folderPaused"));
  if (isScanning) yield h("span", { class: "tag is-good" }, t("folderScanning"));
}
