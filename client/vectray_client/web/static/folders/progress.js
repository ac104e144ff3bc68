/** How far the index is, and how long it will take. */

import { h } from "../page/element.js";
import { duration, percent } from "../words/amounts.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

/**
 * Tell what is being done, and what is left of it.
 *
 * @param {any} agent
 * @returns {HTMLElement}
 */
export function progress(agent) {
  const known = agent.files + agent.pending;
  const share = known ? agent.files / known : 1;
  return h(
    "div",
    { class: "progress" },
    h("p", { class: "progress-now" }, headline(agent)),
    agent.pending > 0 && h("progress", { max: 1, value: share, "aria-label": t("indexed", { share: percent(share) }) }),
    h("p", { class: "muted" }, details(agent).filter(Boolean).join(" · ")),
  );
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
    agent.slowed_reason && said(agent.slowed_reason),
    t("totals", { count: agent.files, passages: agent.chunks }),
  ];
}
