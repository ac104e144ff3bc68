/** Folders that a person may choose several of; those that are chosen are looked through at once, one after the other. */

import { makeSurvey } from "../folders/survey.js";
import { h } from "../page/element.js";
import { baseName, elided } from "../words/paths.js";

/**
 * @param {import("../page/page.js").Page} page
 * @param {{ changed: () => void }} listener Hears when something is chosen, or more is known of what is.
 */
export function makeOffers(page, { changed }) {
  const element = h("ul", { class: "cards" });
  /** @type {Map<string, { box: HTMLInputElement, survey: ReturnType<typeof makeSurvey> }>} */
  const offers = new Map();
  /** @type {string[]} */
  let waiting = [];
  let isLooking = false;

  /** Offer a folder; one that is offered already is only chosen. @param {string} path @param {{ isChosen: boolean }} how */
  function offer(path, { isChosen }) {
    if (!offers.has(path)) element.append(card(path));
    const { box } = /** @type {any} */ (offers.get(path));
    if (!isChosen || box.checked) return;
    box.checked = true;
    choose(path);
  }

  /** @param {string} path */
  function card(path) {
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", on: { change: () => (box.checked ? choose(path) : leave(path)) } }));
    const survey = makeSurvey(page, { changed });
    offers.set(path, { box, survey });
    const name = h("label", { class: "offer" }, box, h("span", {}, h("strong", {}, elided(baseName(path))), h("span", { class: "muted" }, elided(path))));
    return h("li", { class: "card is-offer" }, name, survey.element);
  }

  /** @param {string} path */
  function choose(path) {
    waiting.push(path);
    void look();
    changed();
  }

  /** @param {string} path */
  function leave(path) {
    waiting = waiting.filter((each) => each !== path);
    offers.get(path)?.survey.stop();
  }

  /** One at a time: the disk is one, and so are a browser's few connections. */
  async function look() {
    if (isLooking) return;
    isLooking = true;
    for (let path = waiting.shift(); path; path = waiting.shift()) await offers.get(path)?.survey.begin(path);
    isLooking = false;
  }

  const chosen = () => [...offers].filter(([, { box }]) => box.checked);
  return {
    element,
    offer,
    /** Paths of those that are chosen, in their order. */
    chosen: () => chosen().map(([path]) => path),
    /** What is known of them so far. */
    surveys: () => chosen().flatMap(([, { survey }]) => survey.known() ?? []),
    /** Look through those again that were given up. */
    resume() {
      for (const [path, { survey }] of chosen()) if (!survey.known()) choose(path);
    },
    /** Look through no more. */
    stop() {
      waiting = [];
      for (const { survey } of offers.values()) if (!survey.known()?.is_done) survey.stop();
    },
    draw() {
      for (const { survey } of offers.values()) survey.draw();
    },
  };
}

/**
 * Put surveys of several folders together. Pure.
 *
 * @param {{ files: number, bytes: number, seconds: number, is_done: boolean }[]} surveys
 * @returns {{ files: number, bytes: number, seconds: number }} `seconds` is 0 until all are known.
 */
export function totalOf(surveys) {
  const sum = (/** @type {"files" | "bytes" | "seconds"} */ name) => surveys.reduce((all, survey) => all + survey[name], 0);
  return { files: sum("files"), bytes: sum("bytes"), seconds: surveys.every(({ is_done: isDone }) => isDone) ? sum("seconds") : 0 };
}
