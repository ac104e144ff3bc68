/** The passages of a document, one under the other: those around the found one first, further ones as they are scrolled to. */

import { fill, h } from "../page/element.js";
import { t } from "../words/language.js";
import { place } from "../words/places.js";
import { marked } from "../search/marks.js";
import { reflowed } from "./reflow.js";

const BEFORE = 2;
const AFTER = 5;
const STEP = 8;
/** Pixels of what stands before the found passage. */
const ABOVE = 56;

/**
 * @param {import("../page/api.js").Api} api
 * @param {HTMLElement} scroller What scrolls; it holds `element`.
 */
export function makeReading(api, scroller) {
  const list = h("div", { class: "passages" });
  const top = h("div", { class: "sentinel" });
  const bottom = h("div", { class: "sentinel" });
  const element = h("div", { class: "reading" }, top, list, bottom);
  const edges = new IntersectionObserver((seen) => seen.forEach((edge) => edge.isIntersecting && void more(edge.target)), { root: scroller, rootMargin: "400px" });
  /** @type {AbortController} */
  let current = new AbortController();
  /** @type {any[]} */
  let passages = [];
  let first = 0;
  let total = 0;
  let isCode = false;
  let marks = (/** @type {any} */ _passage) => [];

  /**
   * Show a document from one of its passages on.
   *
   * @param {string} id Of the passage.
   * @param {(passage: any) => import("../search/marks.js").Highlight[]} marksOf What is marked in each.
   * @returns {Promise<any>} What is known of the document.
   */
  async function show(id, marksOf) {
    stop();
    current = new AbortController();
    marks = marksOf;
    const answer = await api.get("passages", { id, before: BEFORE, after: AFTER }, current.signal);
    ({ passages, first, total } = answer);
    isCode = answer.type === "code";
    fill(list, passages.map(makePassage));
    bringUp();
    edges.observe(top);
    edges.observe(bottom);
    return answer;
  }

  /** Show a passage that is known already, until the rest comes. @param {any} passage @param {typeof marks} marksOf */
  function begin(passage, marksOf) {
    stop();
    marks = marksOf;
    passages = [];
    isCode = passage.type === "code";
    fill(list, makePassage({ ...passage, is_asked: true }));
    scroller.scrollTop = 0;
  }

  function stop() {
    edges.disconnect();
    current.abort();
  }

  /** @param {Element} edge */
  async function more(edge) {
    const isTop = edge === top;
    if (!passages.length || (isTop ? first === 0 : first + passages.length >= total)) return;
    edges.unobserve(edge);
    const id = passages.at(isTop ? 0 : -1).id;
    const { signal } = current;
    try {
      const answer = await api.get("passages", { id, before: isTop ? STEP : 0, after: isTop ? 0 : STEP }, signal);
      if (isTop) before(answer.passages.slice(0, -1));
      else after(answer.passages.slice(1));
      edges.observe(edge);
    } catch {
      // What is shown stays; the next document begins anew.
    }
  }

  /** Bring the found passage to the top, but for a line above it; where its first mark would be out of sight, that to the middle. */
  function bringUp() {
    const found = list.querySelector(".is-found");
    const mark = found?.querySelector("mark");
    if (!found) return;
    const below = (/** @type {Element} */ element) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += below(found) - ABOVE;
    if (mark && below(mark) > scroller.clientHeight * 0.8) scroller.scrollTop += below(mark) - scroller.clientHeight / 2;
  }

  /** @param {any[]} added */
  function before(added) {
    const below = scroller.scrollHeight - scroller.scrollTop;
    list.prepend(...added.map(makePassage));
    scroller.scrollTop = scroller.scrollHeight - below;
    passages = [...added, ...passages];
    first -= added.length;
  }

  /** @param {any[]} added */
  function after(added) {
    list.append(...added.map(makePassage));
    passages = [...passages, ...added];
  }

  /** @param {any} passage */
  function makePassage(passage) {
    const where = [place(passage), passage.heading].filter(Boolean).join(" · ");
    const label = passage.is_asked ? h("span", { class: "found-here" }, t("foundHere")) : null;
    return h(
      "article",
      { class: passage.is_asked ? "passage is-found" : "passage", "aria-current": passage.is_asked ? "true" : null },
      h("div", { class: "passage-place" }, h("bdi", {}, where), label),
      h("div", { class: isCode ? "passage-text is-code" : "passage-text", dir: isCode ? "ltr" : "auto" }, text(passage)),
    );
  }

  /** @param {any} passage */
  function text(passage) {
    return marked(isCode ? passage.text : reflowed(passage.text), marks(passage));
  }

  /** Mark again what is shown, where there is more to mark by now. */
  function remark() {
    for (const [number, article] of [...list.children].entries()) {
      if (passages[number]) fill(/** @type {Element} */ (article.querySelector(".passage-text")), text(passages[number]));
    }
  }

  return { element, show, begin, stop, remark };
}
