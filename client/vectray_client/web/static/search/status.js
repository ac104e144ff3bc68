/** What is to be said about an answer beside its documents: how many, how fast, what is missing. */

import { fill, h } from "../page/element.js";
import { number } from "../words/amounts.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";
import { said } from "../words/sentences.js";

/** @returns {{ element: HTMLElement, draw: (answer: any) => void }} */
export function makeStatus() {
  const count = h("p", { class: "count", role: "status", "aria-live": "polite" });
  const rest = h("div", { class: "status-rest" });
  const element = h("div", { class: "status" }, count, rest);

  /** @param {any} answer Null where nothing is asked. */
  function draw(answer) {
    element.hidden = !answer;
    if (!answer) return fill(count);
    fill(count, t("found", { count: answer.hits.length }), time(answer));
    fill(rest, ...remarks(answer));
  }

  return { element, draw };
}

/** @param {any} answer */
function time({ milliseconds, isPartial }) {
  if (isPartial) return h("span", { class: "muted" }, ` · ${t("wordsSoFar")}`);
  return milliseconds == null ? null : h("span", { class: "muted", "aria-hidden": "true" }, ` · ${t("milliseconds", { number: number(milliseconds) })}`);
}

/** @param {any} answer */
function* remarks({ hits, fresh, pending, pending_paths: paths, words_only_reason: wordsOnly, unranked_reason: unranked, isPartial }) {
  // Where filters alone were given, nothing was looked for by words either.
  const isListed = hits.length > 0 && hits.every(({ keyword_score: score }) => score == null);
  if (wordsOnly && !isPartial && !isListed) yield h("p", { class: "note" }, t("wordsOnly", { reason: said(wordsOnly) }));
  if (unranked && !isPartial) yield h("p", { class: "note" }, t("unranked", { reason: said(unranked) }));
  if (fresh === false) yield waiting(pending, paths ?? []);
}

/** @param {number} pending @param {string[]} paths */
function waiting(pending, paths) {
  const words = pending ? t("notYetIn", { count: pending }) : t("maybeNotYetIn");
  if (!paths.length) return h("p", { class: "note" }, words);
  return h("details", { class: "note" }, h("summary", {}, words), h("ul", {}, paths.map((path) => h("li", {}, elided(path)))));
}
