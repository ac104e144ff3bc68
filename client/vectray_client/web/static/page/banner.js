/** The line above everything: what keeps the page from being true, or what is going on in the index. */

import { fill, h } from "./element.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

/** @typedef {"here" | "away" | "locked"} Presence Whether the agent answers. */

/**
 * @param {HTMLElement} element A live region.
 */
export function makeBanner(element) {
  /** @param {Presence} presence @param {any} state */
  function draw(presence, state) {
    const words = sentence(presence, state);
    element.hidden = !words;
    element.classList.toggle("is-warning", presence !== "here");
    fill(element, words && h("p", {}, words));
  }
  return { draw };
}

/** @param {Presence} presence @param {any} state */
function sentence(presence, state) {
  if (presence === "locked") return t("locked");
  if (presence === "away") return t("away");
  return state?.agent?.is_paused || state?.agent?.paused_reason ? said(state.agent.paused_reason) : "";
}
