/** The document that is looked at: what it is, why it was found, what can be done with it, and its passages. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { marksInPassage } from "../search/marks.js";
import { moment, number } from "../words/amounts.js";
import { t } from "../words/language.js";
import { baseName, elided } from "../words/paths.js";
import { place, typeName } from "../words/places.js";
import { said } from "../words/sentences.js";
import { makeReading } from "./reading.js";
import { whyFound } from "./why.js";

/**
 * @typedef {object} Listener
 * @property {ReturnType<import("./acting.js").makeActing>} acting
 * @property {(found: any) => void} like More like this is wanted.
 * @property {() => void} closed
 */

/**
 * @param {import("../page/api.js").Api} api
 * @param {Listener} listener
 */
export function makePreview(api, { acting, like, closed }) {
  const about = h("div", { class: "preview-about" });
  const notes = h("div", { class: "preview-notes" });
  const head = h("header", { class: "preview-head" }, about, notes);
  const scroller = h("div", { class: "preview-scroller", tabindex: 0, "data-t-label": "documentText", role: "group" });
  const reading = makeReading(api, scroller);
  fill(scroller, reading.element);
  const element = h("section", { class: "preview", "data-t-label": "preview", on: { keydown: (event) => pressed(event) } }, head, scroller);
  element.hidden = true;
  /** @type {any} */
  let shown = null;

  /**
   * Show a found document at once, as far as it is known, and then the rest of it.
   *
   * @param {any} hit At least its id, path and name.
   * @param {string} [at] Id of another of its passages.
   */
  async function show(hit, at = hit.id) {
    shown = hit;
    element.hidden = false;
    drawHead(hit);
    fill(notes, ...remarks(hit));
    const marks = (/** @type {any} */ passage) => marksInPassage(passage.text, passage.text === hit.text ? hit.excerpt : null, hit.matched_words ?? []);
    if (hit.text && at === hit.id) reading.begin(hit, marks);
    try {
      const document = await reading.show(at, marks);
      if (shown !== hit) return;
      drawHead({ ...hit, ...known(document) });
      if (document.changed_reason) notes.prepend(h("p", { class: "note is-warning" }, said(document.changed_reason)));
    } catch (error) {
      if (shown === hit && error?.name !== "AbortError") notes.prepend(h("p", { class: "note is-warning" }, said(error.message) || t("noAnswer")));
    }
  }

  function clear() {
    shown = null;
    reading.stop();
    element.hidden = true;
  }

  /** @param {any} hit */
  function drawHead(hit) {
    const facts = [typeName(hit.type ?? ""), place(hit), hit.modified_ms && moment(hit.modified_ms), hit.total && t("passages", { count: hit.total })];
    fill(
      about,
      h("button", { type: "button", class: "quiet preview-close", "aria-label": t("closePreview"), on: { click: closed } }, icon("close")),
      h("h2", { class: "preview-name" }, elided(hit.name)),
      h("p", { class: "preview-path" }, elided(hit.path)),
      h("p", { class: "preview-facts" }, facts.filter(Boolean).join(" · ")),
      h("div", { class: "acts" }, ...acts(hit)),
    );
  }

  /** @param {any} hit */
  function acts(hit) {
    const act = (/** @type {any} */ sign, /** @type {string} */ label, /** @type {() => void} */ click, kind = "") =>
      h("button", { type: "button", class: kind, on: { click } }, icon(sign), h("span", {}, label));
    return [
      act("open", t("open"), () => acting.open(hit), "primary"),
      act("folder", t("reveal"), () => acting.reveal(hit)),
      act("copy", t("copy"), () => acting.copy(hit.text ?? scroller.textContent ?? "")),
      act("like", t("like"), () => like(hit)),
    ];
  }

  /** @param {any} hit */
  function* remarks(hit) {
    const why = whyFound(hit);
    if (why) yield h("p", { class: "note" }, why);
    const scores = [
      hit.keyword_score != null && h("span", {}, h("mark", { class: "words" }, t("byWords")), ` ${number(hit.keyword_score, 1)}`),
      hit.vector_score != null && h("span", {}, h("mark", { class: "meaning" }, t("byMeaning")), ` ${number(hit.vector_score, 2)}`),
      hit.rerank_score != null && h("span", {}, `${t("byReranking")} ${number(hit.rerank_score, 2)}`),
    ].filter(Boolean);
    if (scores.length) yield h("p", { class: "scores" }, ...scores);
    if (hit.more?.length) yield list(t("alsoFound"), hit.more.map((passage) => jump(hit, passage)));
    if (hit.copies?.length) yield list(t("copies", { count: hit.copies.length }), hit.copies.map(copyOf));
  }

  /** @param {any} hit @param {any} passage */
  function jump(hit, passage) {
    const words = passage.excerpt?.text ?? passage.text;
    return h("button", { type: "button", class: "jump", on: { click: () => void show(hit, passage.id) } }, h("span", { class: "jump-place" }, place(passage)), h("bdi", {}, words));
  }

  /** @param {any} copy */
  function copyOf(copy) {
    return h("button", { type: "button", class: "jump", title: t("reveal"), on: { click: () => acting.reveal({ ...copy, name: baseName(copy.path) }) } }, elided(copy.path));
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key !== "Escape" && event.key !== "ArrowLeft") return;
    event.preventDefault();
    event.stopPropagation();
    closed();
  }

  return {
    element,
    show,
    clear,
    refine: () => reading.remark(),
    focus: () => scroller.focus(),
    get shown() {
      return shown;
    },
  };
}

/** What a document's passages tell of it that its hit may not have told. @param {any} document */
function known({ path, name, type, title, modified_ms, total }) {
  return { path, name, type, title, modified_ms, total };
}

/** @param {string} label @param {HTMLElement[]} rows */
function list(label, rows) {
  return h("details", { class: "jumps" }, h("summary", {}, label), h("ul", {}, rows.map((row) => h("li", {}, row))));
}
