/** What there is to know of a folder before it is added, told while the agent looks through it. */

import { lines } from "../page/stream.js";
import { fill, h } from "../page/element.js";
import { duration, number, percent, size } from "../words/amounts.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";
import { said } from "../words/sentences.js";

/** Below that a person would not say that there is Chinese in it. */
const SOME = 0.02;
/** What a model says that knows more languages than it lists (ISO 639-3). */
const MANY = "mul";

/**
 * @param {import("../page/page.js").Page} page
 * @param {{ changed?: () => void }} [listener] Hears of every step.
 */
export function makeSurvey(page, { changed = () => {} } = {}) {
  const about = h("div", { class: "survey-about" });
  const summary = h("summary", {});
  const reasons = h("ul", { class: "left-out" });
  // One and the same from step to step, so that it can be opened meanwhile.
  const leftOut = h("details", {}, summary, reasons);
  const element = h("div", { class: "survey", hidden: true }, about, leftOut);
  let current = new AbortController();
  /** @type {any} */
  let known = null;
  let failure = "";

  /** Look through a folder from the start; what was looked through before is given up. @param {string} path */
  async function begin(path) {
    stop();
    current = new AbortController();
    const { signal } = current;
    tell({ files: 0, bytes: 0, seconds: 0, skipped: [], notes: [], model: "", han_share: null, is_done: false });
    try {
      for await (const line of lines(await page.api.stream("survey", { path }, signal))) {
        if (signal.aborted) return;
        if (line.error) throw new Error(line.error);
        tell(line);
      }
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  /** Give up, and forget what was seen. */
  function stop() {
    current.abort();
    failure = "";
    tell(null);
  }

  /** @param {any} survey */
  function tell(survey) {
    known = survey;
    draw();
    changed();
  }

  /** @param {any} error */
  function fail(error) {
    page.failed(error);
    failure = error.message || t("noAnswer");
    tell(null);
  }

  function draw() {
    const skipped = known?.skipped ?? [];
    element.hidden = !known && !failure;
    leftOut.hidden = !skipped.length;
    fill(about, failure && h("p", { class: "note is-warning", role: "alert" }, said(failure)), known && facts(known, languagesOf(page.state(), known.model)));
    if (!skipped.length) return;
    fill(summary, leftOutWords(skipped));
    fill(reasons, skipped.map(reasonRow));
  }

  return { element, begin, stop, draw, known: () => known };
}

/** @param {any} survey @param {string[]} languages The model's, as far as they are known. */
function facts(survey, languages) {
  return [
    h("p", { class: "survey-count", "aria-busy": String(!survey.is_done) }, h("strong", {}, amount(survey)), !survey.is_done && h("span", { class: "tag" }, t("counting"))),
    survey.is_done && survey.seconds > 0 && h("p", {}, t("surveyTime", { time: duration(survey.seconds) })),
    ...chinese(survey, languages),
    ...survey.notes.map((/** @type {string} */ note) => h("p", { class: "note is-warning" }, said(note))),
  ];
}

/** How much there is. @param {{ files: number, bytes: number }} survey @returns {string} */
export function amount({ files, bytes }) {
  return t("surveyAmount", { count: files, size: size(bytes) });
}

/**
 * The share of Chinese, and what it means for the model. That the model does not know it, the agent notes by itself.
 *
 * @param {any} survey @param {string[]} languages
 */
function* chinese({ han_share: share, model }, languages) {
  const isSome = share !== null && share >= SOME;
  const isKnown = isSome && languages.some((each) => each === MANY || each.split("-")[0] === "zh");
  if (isSome) yield h("p", {}, t("surveyChinese", { share: percent(share) }));
  if (model) yield h("p", { class: "muted" }, t(isKnown ? "surveyModelKnows" : "surveyModel", { model }));
}

/** @param {{ reason: string, files: number }[]} skipped The commonest first. */
function leftOutWords(skipped) {
  const count = skipped.reduce((sum, { files }) => sum + files, 0);
  const reason = said(skipped[0].reason).replace(/[.。]$/, "");
  return t("surveyLeftOut", { count, reason: reason.slice(0, 1).toLowerCase() + reason.slice(1) });
}

/** @param {{ reason: string, files: number, example: string }} skipped */
function reasonRow({ reason, files, example }) {
  return h("li", {}, h("span", {}, said(reason)), h("span", { class: "tag" }, number(files)), h("span", { class: "muted" }, elided(example)));
}

/** @param {any} state @param {string} model @returns {string[]} */
function languagesOf(state, model) {
  return state?.daemon?.models.find((/** @type {any} */ each) => each.name === model)?.languages ?? [];
}
