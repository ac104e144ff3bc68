/** What the search shows where there are no documents to show: a way on. */

import { h } from "../page/element.js";
import { address } from "../page/routes.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";
import { filtersIn, without } from "./filters.js";

/** Examples of what can be typed; each is its own explanation. @type {[query: string, key: any][]} */
const EXAMPLES = [
  ['"exact words"', "hintQuotes"],
  ["-draft", "hintMinus"],
  ["type:pdf", "hintType"],
  ["since:2026-01-01", "hintSince"],
  ["name:report", "hintName"],
];

const QUOTES = /["“”«»]/u;

/** Before anything is asked. @param {any} agent The agent's state, or null. */
export function nothingAsked(agent) {
  if (agent && !agent.folders.length) {
    return h("div", { class: "empty" }, h("h2", {}, t("noFolders")), h("p", {}, t("noFoldersHelp")), h("a", { class: "button primary", href: address("welcome") }, t("chooseFolders")));
  }
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, t("askTitle")),
    agent && h("p", {}, t("askHelp", { count: agent.files, folders: t("inFolders", { count: agent.folders.length }) })),
    h("dl", { class: "hints" }, EXAMPLES.map(([query, key]) => [h("dt", {}, h("code", {}, query)), h("dd", {}, t(key))]).flat()),
  );
}

/**
 * After a question that nothing answers.
 *
 * @param {string} query
 * @param {{ agent: any, change: (query: string) => void }} how `agent` is its state, or null.
 */
export function nothingFound(query, { agent, change }) {
  if (agent && !agent.folders.length) return nothingAsked(agent);
  const filters = filtersIn(query);
  const isWaiting = agent?.pending > 0;
  const help = isWaiting ? "nothingFoundYet" : filters.length ? "nothingFoundFiltered" : "nothingFoundHelp";
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, t("nothingFound")),
    h("p", {}, t(help, { count: agent?.pending ?? 0 })),
    isWaiting && h("a", { class: "button", href: address("folders") }, t("folders")),
    QUOTES.test(query) && h("button", { type: "button", on: { click: () => change(query.replaceAll(new RegExp(QUOTES, "gu"), " ").trim()) } }, t("searchUnquoted")),
    filters.map((filter) =>
      h("button", { type: "button", on: { click: () => change(without(query, ({ start }) => start === filter.start)) } }, t("searchWithout", { filter: `${filter.name}:${filter.value}` })),
    ),
  );
}

/** Where the agent could not answer. @param {Error} error */
export function notAnswered(error) {
  return h("div", { class: "empty" }, h("h2", {}, t("notAnswered")), h("p", {}, said(error.message) || t("noAnswer")));
}

/** While the first answer is on its way. */
export function stillLooking() {
  return h("div", { class: "empty is-waiting" }, h("p", {}, t("searching")));
}

