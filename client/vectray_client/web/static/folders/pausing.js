/** The pause: for how long, and its end. */

import { h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../words/language.js";

const HALF_AN_HOUR = 1800;
const MORNING_HOUR = 8;

/**
 * The seconds from a moment until the next morning. Pure.
 *
 * @param {Date} now
 * @returns {number}
 */
export function untilTomorrow(now) {
  const morning = new Date(now);
  morning.setDate(now.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return Math.round((morning.getTime() - now.getTime()) / 1000);
}

/** @type {[key: any, seconds: (now: Date) => number][]} 0 seconds: until it is ended by hand. */
const PAUSES = [
  ["pauseHalfHour", () => HALF_AN_HOUR],
  ["pauseTwoHours", () => 4 * HALF_AN_HOUR],
  ["pauseTomorrow", untilTomorrow],
  ["pauseForEver", () => 0],
];

/**
 * @param {import("../page/page.js").Page} page
 * @param {{ isPaused: boolean, path?: string, name?: string }} what One folder, or all of the index.
 * @returns {HTMLElement}
 */
export function pauseControl(page, { isPaused, path = "", name = "" }) {
  const label = (/** @type {any} */ key) => (name ? `${t(key)}: ${name}` : null);
  if (isPaused) {
    const resume = () => page.act(() => page.api.post("resume", { path }));
    return h("button", { type: "button", class: name ? null : "primary", "aria-label": label("resume"), on: { click: resume } }, icon("play"), t("resume"));
  }
  const pause = (/** @type {any} */ event, /** @type {number} */ seconds) => {
    event.target.closest("details").open = false;
    return page.act(() => page.api.post("pause", { path, seconds }));
  };
  const choices = PAUSES.map(([key, seconds]) => h("li", {}, h("button", { type: "button", on: { click: (/** @type {any} */ event) => pause(event, seconds(new Date())) } }, t(key))));
  return h(
    "details",
    { class: "drop" },
    h("summary", { class: "button", "aria-label": label("pause") }, icon("pause"), t("pause"), icon("down")),
    h("div", { class: "menu" }, h("ul", { class: "choices" }, choices)),
  );
}
