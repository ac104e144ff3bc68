/** The documents that were changed last: a way in for whoever does not ask yet. */

import { fill, h } from "../page/element.js";
import { day } from "../words/amounts.js";
import { t } from "../words/language.js";
import { elided, folderOf, shortPath } from "../words/paths.js";
import { badge } from "../words/places.js";

const SHOWN = 6;

/**
 * @param {import("../page/page.js").Page} page
 * @param {{ opened: (document: any) => void }} listener
 */
export function makeRecent(page, { opened }) {
  const element = h("section", { class: "recent", hidden: true });
  /** @type {any[]} */
  let documents = [];
  let seen = "";
  let isWanted = false;

  /** @param {boolean} wanted */
  function show(wanted) {
    isWanted = wanted;
    element.hidden = !wanted || !documents.length;
    if (wanted) void look();
  }

  /** Ask again, if the index has changed since. */
  async function look() {
    const agent = page.state()?.agent;
    const now = agent ? `${agent.files} ${agent.pending}` : "";
    if (!agent?.files || now === seen) return;
    seen = now;
    try {
      ({ documents } = await page.api.get("recent", { most: SHOWN }));
    } catch (error) {
      page.failed(error);
    }
    draw();
  }

  function draw() {
    element.hidden = !isWanted || !documents.length;
    fill(element, h("h3", {}, t("recent")), h("ul", { class: "lines" }, documents.map(row)));
  }

  /** @param {any} document */
  function row(document) {
    const when = h("time", { class: "row-day", datetime: new Date(document.modified_ms).toISOString() }, day(document.modified_ms, Date.now()));
    const where = h("span", { class: "muted" }, elided(shortPath(folderOf(document.path), page.folders())));
    return h(
      "li",
      {},
      h("button", { type: "button", class: "recent-row", "aria-label": t("openOf", { name: document.name }), on: { click: () => opened(document) } }, h("span", { class: "badge", data: { type: document.type } }, badge(document)), h("span", { class: "line-body" }, elided(document.name), where), when),
    );
  }

  return { element, show, draw };
}
