/** Chooses a folder to be indexed, among those of this machine. */

import { show } from "../page/dialogs.js";
import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

/**
 * Let the person choose; what they choose is added.
 *
 * @param {import("../page/page.js").Page} page
 */
export async function chooseFolder(page) {
  // An answer that comes late takes the place of nothing that was typed or asked for since.
  let current = new AbortController();
  const path = h("input", { type: "text", class: "path", spellcheck: "false", autocomplete: "off", "aria-label": t("folderPath"), on: { input: () => current.abort(), change: () => void go(path.value) } });
  const list = h("ul", { class: "choices browse", "aria-label": t("foldersHere") });
  const words = h("p", { class: "muted", role: "status" });
  const add = h("button", { type: "button", class: "primary", on: { click: () => void adding() } }, icon("add"), t("addThis"));
  const dialog = show(
    t("addFolder"),
    path,
    list,
    words,
    h("div", { class: "acts" }, add, h("button", { type: "button", on: { click: () => dialog.close() } }, t("cancel"))),
  );
  await go("");

  /** @param {string} wanted Empty for the home folder. */
  async function go(wanted) {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    try {
      const here = await page.api.get("browse", { path: wanted }, signal);
      if (!signal.aborted) draw(here);
    } catch (error) {
      if (signal.aborted) return;
      page.failed(error);
      words.textContent = said(error.message) || t("noAnswer");
    }
  }

  /** @param {any} here */
  function draw({ path: at, parent, folders }) {
    path.value = at;
    words.textContent = folders.length ? "" : t("noFoldersInside");
    const up = parent !== at ? [row(t("folderAbove"), { sign: "up", target: parent })] : [];
    fill(list, ...up, ...folders.map((folder) => row(folder.name, { sign: "folder", target: folder.path, isIndexed: folder.is_indexed })));
    list.scrollTop = 0;
  }

  /** @param {string} name @param {{ sign: any, target: string, isIndexed?: boolean }} what */
  function row(name, { sign, target, isIndexed = false }) {
    const done = isIndexed && h("span", { class: "tag" }, t("isIndexed"));
    return h("li", {}, h("button", { type: "button", on: { click: () => void go(target) } }, icon(sign), h("bdi", {}, name), done));
  }

  async function adding() {
    add.disabled = true;
    const isAdded = await page.act(async () => {
      await page.api.post("folders", { path: path.value });
      return t("added");
    });
    add.disabled = false;
    if (isAdded) dialog.close();
  }
}
