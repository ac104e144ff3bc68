/** How far the index is, and how long it will take. */

import { h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { duration, percent } from "../words/amounts.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

/**
 * Tell what is being done, and what is left of it.
 *
 * @param {import("../page/page.js").Page} page
 * @param {any} agent
 * @returns {HTMLElement}
 */
export function progress(page, agent) {
  const share = indexedShare(agent);
  // Of nothing to do nothing is slow.
  const isSlowed = agent.slowed_reason && agent.pending > 0;
  return h(
    "div",
    { class: "progress" },
    h("p", { class: "progress-now" }, headline(agent)),
    agent.pending > 0 && h("progress", { max: 1, value: share, "aria-label": t("indexed", { share: percent(share) }) }),
    h("p", { class: "muted" }, details(agent).filter(Boolean).join(" · ")),
    isSlowed && h("p", { class: "note" }, said(agent.slowed_reason)),
    isSlowed && !agent.is_hurried && h("div", { class: "acts" }, h("button", { type: "button", "aria-label": t("runAnyway"), on: { click: () => page.act(() => page.api.post("resume", { anyway: true })) } }, icon("play"), t("runAnyway"))),
  );
}

/**
 * How much is found by words and by meaning. What waits for its meaning counts among the files already. Pure.
 *
 * @param {{ files: number, pending: number, pending_vectors: number }} agent
 * @returns {number} From 0 to 1.
 */
export function indexedShare({ files, pending, pending_vectors: wordsAlone }) {
  const known = files + Math.max(0, pending - wordsAlone);
  return known ? Math.max(0, files - wordsAlone) / known : 1;
}

/** @param {any} agent */
function headline(agent) {
  if (agent.paused_reason) return said(agent.paused_reason);
  if (agent.activity) return said(agent.activity);
  return agent.pending ? t("indexing") : t("allIndexed");
}

/** @param {any} agent */
function details(agent) {
  return [
    agent.pending > 0 && t("waiting", { count: agent.pending }),
    agent.seconds_left > 0 && t("timeLeft", { time: duration(agent.seconds_left) }),
    agent.pending_vectors > 0 && t("wordsAlone", { count: agent.pending_vectors }),
    agent.is_hurried && t("hurried"),
    t("totals", { count: agent.files, passages: agent.chunks }),
  ];
}
