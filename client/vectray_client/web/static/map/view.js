/** The map: the documents as points, near each other those that are about the same; the same as lists, for keys and screen readers. */

import { fill, h } from "../page/element.js";
import { address } from "../page/routes.js";
import { makeActing } from "../preview/acting.js";
import { makePreview } from "../preview/preview.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";
import { said } from "../words/sentences.js";
import { makeChart } from "./chart.js";

const MOST_POINTS = 2000;

/** @param {import("../page/page.js").Page} page */
export function makeMap(page) {
  const acting = makeActing(page.api, page.notices);
  const chart = makeChart({ opened: show });
  const preview = makePreview(page.api, { acting, like: (found) => page.go(address("search", { like: found.id, of: found.name })), closed });
  const words = h("p", { class: "muted", role: "status" });
  const list = h("div", { class: "map-groups" });
  const side = h("nav", { class: "map-side", "data-t-label": "mapGroups" }, h("h1", { "data-t": "map" }), words, list);
  const element = h("div", { class: "view map-view" }, side, chart.element, preview.element);
  /** @type {any} */
  let map = null;
  let isLoading = false;

  async function load() {
    if (!map) words.textContent = t("mapLoading");
    isLoading = true;
    try {
      map = await page.api.get("map", { most: MOST_POINTS });
      draw();
      chart.show(map.points, map.groups);
    } catch (error) {
      page.failed(error);
      words.textContent = said(/** @type {Error} */ (error).message) || t("noAnswer");
    } finally {
      isLoading = false;
    }
  }

  function draw() {
    if (!map) return;
    words.textContent = map.points.length ? t("mapCount", { count: map.points.length, total: map.total }) : t("mapEmpty");
    fill(list, ...map.groups.map(group));
    element.classList.toggle("is-empty", !map.points.length);
    chart.redraw();
  }

  /** @param {{ label: string }} group @param {number} number */
  function group({ label }, number) {
    const members = map.points.filter((point) => point.group === number);
    const rows = h("ul", {});
    const unfold = () => fill(rows, ...(details.open ? members.map(row) : []));
    const swatch = h("span", { class: "swatch", data: { group: String(number % 12) } });
    const details = h("details", { on: { toggle: unfold } }, h("summary", {}, swatch, h("bdi", {}, label || t(map.groups.length > 1 ? "unnamedGroup" : "allDocuments")), h("span", { class: "tag" }, String(members.length))), rows);
    return members.length ? details : null;
  }

  /** @param {any} point */
  function row(point) {
    const listen = { click: () => void show(point), focus: () => chart.point(point) };
    return h("li", {}, h("button", { type: "button", class: "jump", on: listen }, elided(point.title || point.name)));
  }

  /** @param {any} point */
  function show(point) {
    element.classList.add("is-previewing");
    void preview.show({ path: point.name, ...point });
    preview.focus();
  }

  function closed() {
    element.classList.remove("is-previewing");
    preview.clear();
  }

  return {
    element,
    draw,
    enter() {
      if (!map?.points.length) void load();
      else chart.redraw();
    },
    /** What could not be had before, or was empty, may be there once the agent rests. */
    told() {
      const isAtRest = page.state()?.agent?.pending === 0;
      if (isAtRest && element.isConnected && !map?.points.length && !isLoading) void load();
    },
  };
}
