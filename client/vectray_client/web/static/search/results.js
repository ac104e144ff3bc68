/** The list of what was found: one stop for the tab key, in which arrows choose. */

import { fill, h } from "../page/element.js";
import { excerpt, makeRow } from "./row.js";

/**
 * @typedef {object} Listener
 * @property {(hit: any, how: { isByHand: boolean }) => void} chosen Another document is selected.
 * @property {(hit: any) => void} looked It is to be shown closely.
 * @property {(hit: any) => void} opened
 * @property {() => void} left The person goes back up to the field.
 */

/** Keys that select, and by how many rows. */
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };

/** @param {Listener} listener */
export function makeResults({ chosen, looked, opened, left }) {
  /** @type {any[]} */
  let hits = [];
  let at = 0;
  const element = h("ol", {
    id: "results",
    class: "results",
    role: "listbox",
    tabindex: 0,
    "data-t-label": "results",
    on: { keydown: (event) => pressed(event), click: (event) => pointed(event), dblclick: () => opened(hits[at]) },
  });

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !hits.length) return;
    const step = STEPS[event.key];
    if (step === -1 && at === 0) left();
    else if (step) select(at + step);
    else if (event.key === "Enter") opened(hits[at]);
    else if (event.key === " " || event.key === "ArrowRight") looked(hits[at]);
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  function pointed(event) {
    const row = /** @type {Element} */ (event.target).closest("[role=option]");
    if (!row) return;
    select([...element.children].indexOf(row));
    looked(hits[at]);
  }

  /** @param {number} wanted */
  function select(wanted) {
    at = Math.max(0, Math.min(wanted, hits.length - 1));
    for (const [number, row] of [...element.children].entries()) row.setAttribute("aria-selected", String(number === at));
    point({ isByHand: true });
    element.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {{ isByHand: boolean }} how */
  function point(how) {
    if (hits.length) element.setAttribute("aria-activedescendant", element.children[at].id);
    else element.removeAttribute("aria-activedescendant");
    chosen(hits[at], how);
  }

  return {
    element,
    get selected() {
      return hits[at];
    },
    /**
     * Show other documents. Where one of them was chosen by hand before, it stays chosen.
     *
     * @param {any[]} found
     * @param {{ folders: string[], now: number, keep: string }} how `keep` is a path.
     */
    show(found, { folders, now, keep }) {
      hits = found;
      at = Math.max(0, hits.findIndex((hit) => hit.path === keep));
      const rows = hits.map((hit, number) => makeRow(hit, { id: `hit-${number}`, isSelected: number === at, folders, now }));
      fill(element, rows);
      element.hidden = !hits.length;
      point({ isByHand: false });
    },
    /** Show better excerpts of the same documents, in place. @param {any[]} better @returns {boolean} Whether they are the same. */
    refine(better) {
      if (better.length !== hits.length || better.some(({ id }, number) => id !== hits[number].id)) return false;
      for (const [number, hit] of hits.entries()) {
        // What is about to be previewed is this very hit.
        Object.assign(hit, better[number]);
        fill(/** @type {Element} */ (element.children[number].querySelector(".row-excerpt")), excerpt(hit));
      }
      return true;
    },
    focus() {
      element.focus();
    },
  };
}
