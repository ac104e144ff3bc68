/** The search: the field, its filters, what was found, and the document that is looked at. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { readPreferences } from "../page/preferences.js";
import { address, note } from "../page/routes.js";
import { makeActing } from "../preview/acting.js";
import { makePreview } from "../preview/preview.js";
import { t } from "../words/language.js";
import { Asking } from "./asking.js";
import { makeBox } from "./box.js";
import { makeChips } from "./chips.js";
import { nothingAsked, nothingFound, notAnswered, stillLooking } from "./empty.js";
import { makeRecent } from "./recent.js";
import { makeResults } from "./results.js";
import { makeStatus } from "./status.js";

/** After so long without a key, another query is another step in history. */
const STEP_MS = 2000;
/** A selection that arrows only pass over is not read. */
const READ_AFTER_MS = 140;

/** @param {import("../page/page.js").Page} page */
export function makeSearch(page) {
  const acting = makeActing(page.api, page.notices);
  const box = makeBox({ changed: (query) => typed(query), entered: () => results.focus() });
  const chips = makeChips({ changed: (query) => replaced(query) });
  const status = makeStatus();
  const results = makeResults({ chosen, looked, opened: (hit) => void acting.open(hit), left: () => box.focus() });
  const preview = makePreview(page.api, { acting, like, closed });
  const recent = makeRecent(page, { opened: (document) => void acting.open(document) });
  const empty = h("div", { class: "results-empty" });
  const likeness = h("div", { class: "likeness" });
  const column = h("div", { class: "column" }, likeness, status.element, results.element, empty, recent.element);
  const element = h(
    "div",
    { class: "view search-view", on: { keydown: pressed } },
    h("div", { class: "search-head" }, box.element, chips.element),
    h("div", { class: "split" }, column, preview.element),
  );
  const asking = new Asking(page.api, { tell, refine, fail });
  /** @type {{ query: string, like: string, of: string, answer: any, keep: string, failure: any, typedAt: number }} */
  const now = { query: "", like: "", of: "", answer: null, keep: "", failure: null, typedAt: 0 };
  let readLater = 0;

  /** @param {string} query */
  function typed(query) {
    if (query === now.query && !now.like) return;
    const isStep = Date.now() - now.typedAt > STEP_MS;
    now.typedAt = Date.now();
    note(address("search", { q: query }), { isSame: !isStep });
    ask({ query }, { isTyping: true });
  }

  /** @param {string} query */
  function replaced(query) {
    box.query = query;
    note(address("search", { q: query }), { isSame: false });
    ask({ query }, { isTyping: false });
    box.focus();
  }

  /** @param {{ query: string }} what @param {{ isTyping: boolean }} how */
  function ask({ query }, how) {
    Object.assign(now, { query, like: "", of: "", keep: "", failure: null });
    drawAbove();
    if (!query.trim()) {
      asking.stop();
      now.answer = null;
      return draw();
    }
    if (!now.answer) draw();
    const { top, rerank } = readPreferences();
    void asking.ask({ query, top, rerank }, how);
  }

  /** @param {any} found */
  function like(found) {
    page.go(address("search", { like: found.id, of: found.name }));
  }

  /** @param {string} id @param {string} of The document's name. */
  async function askLike(id, of) {
    asking.stop();
    Object.assign(now, { query: "", like: id, of, keep: "", failure: null, answer: null });
    box.query = "";
    draw();
    try {
      const answer = await page.api.get("similar", { id, top: readPreferences().top });
      if (now.like === id) tell(answer);
    } catch (error) {
      if (now.like === id) fail(error);
    }
  }

  /** @param {any} answer */
  function tell(answer) {
    now.answer = answer;
    draw();
  }

  /** @param {any} answer The same one, told better; reranked, in another order. */
  function refine(answer) {
    if (!results.refine(answer.hits)) return tell(answer);
    preview.refine();
  }

  /** @param {any} error */
  function fail(error) {
    page.failed(error);
    // What words have found stays, with the reason why it is not more.
    if (now.answer?.isPartial) now.answer = { ...now.answer, isPartial: false, words_only_reason: error.message || t("noAnswer") };
    else Object.assign(now, { failure: error, answer: null });
    draw();
  }

  /** @param {any} hit @param {{ isByHand: boolean }} how */
  function chosen(hit, { isByHand }) {
    window.clearTimeout(readLater);
    if (isByHand) now.keep = hit.path;
    if (!hit) return preview.clear();
    if (now.answer?.isPartial && !isByHand) return;
    if (page.isWide() && preview.shown?.id !== hit.id) readLater = window.setTimeout(() => void preview.show(hit), READ_AFTER_MS);
  }

  /** @param {any} hit */
  function looked(hit) {
    window.clearTimeout(readLater);
    element.classList.add("is-previewing");
    if (preview.shown?.id !== hit.id) void preview.show(hit);
    if (document.activeElement === results.element) preview.focus();
  }

  function closed() {
    element.classList.remove("is-previewing");
    results.focus();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && results.selected) {
      event.preventDefault();
      void acting.reveal(results.selected);
    } else if (event.key === "Escape") {
      box.focus();
    }
  }

  function draw() {
    drawAbove();
    status.draw(now.answer);
    const hits = now.answer?.hits ?? [];
    results.show(hits, { folders: page.folders(), now: Date.now(), keep: now.keep });
    empty.hidden = hits.length > 0;
    fill(empty, hits.length ? null : instead());
    recent.show(!hits.length && !now.failure && !isAsking());
    element.classList.toggle("is-empty", !hits.length);
    if (!hits.length) element.classList.remove("is-previewing");
  }

  function drawAbove() {
    chips.draw(now.query, page.folders(), Date.now());
    const off = h("button", { type: "button", class: "quiet", "aria-label": t("filterOff", { name: t("like") }), on: { click: () => replaced("") } }, icon("close"));
    fill(likeness, now.like && h("p", { class: "note" }, icon("like"), h("bdi", {}, t("likeOf", { name: now.of })), off));
  }

  function isAsking() {
    return Boolean(now.query.trim() || now.like);
  }

  function instead() {
    const agent = page.state()?.agent ?? null;
    if (now.failure) return notAnswered(now.failure);
    if (now.answer && !now.answer.isPartial) return nothingFound(now.query, { agent, change: replaced });
    return isAsking() ? stillLooking() : nothingAsked(agent);
  }

  return {
    element,
    draw() {
      recent.draw();
      draw();
    },
    focus: () => box.focus(),
    /** @param {URLSearchParams} parameters */
    enter(parameters) {
      const [query, id] = [parameters.get("q") ?? "", parameters.get("like") ?? ""];
      if (id) return void askLike(id, parameters.get("of") ?? "");
      box.query = query;
      if (query !== now.query || now.like || now.failure) ask({ query }, { isTyping: false });
      else draw();
      if (!element.contains(document.activeElement)) box.focus();
    },
    /** The agent told its state. Only what is shown in the place of documents depends on it. */
    told() {
      if (!now.answer?.hits.length) draw();
    },
  };
}
