/**
 * What is to be marked in a text. Offsets come from Python and count characters; those of JavaScript count halves of some of them.
 *
 * @typedef {[start: number, end: number, leg?: "words" | "meaning"]} Highlight
 * @typedef {{ text: string, words: boolean, meaning: boolean }} Piece
 */

import { h } from "../page/element.js";

/**
 * Cut a text where a highlight begins or ends. Pure.
 *
 * @param {string} text
 * @param {Highlight[]} highlights They may overlap, and reach beyond the text.
 * @returns {Piece[]} In order; joined they are the text.
 */
export function pieces(text, highlights) {
  const letters = Array.from(text);
  const inside = highlights.map(([start, end, leg = "words"]) => ({ start: Math.max(0, start), end: Math.min(end, letters.length), leg }));
  const cuts = new Set([0, letters.length]);
  for (const { start, end } of inside) if (start < end) cuts.add(start).add(end);
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(1).map((end, at) => {
    const start = places[at];
    const legs = inside.filter((mark) => mark.start <= start && end <= mark.end).map((mark) => mark.leg);
    return { text: letters.slice(start, end).join(""), words: legs.includes("words"), meaning: legs.includes("meaning") };
  });
}

/**
 * Show a text with its highlights: words on a coloured ground, meaning underlined.
 *
 * @param {string} text
 * @param {Highlight[]} highlights
 * @returns {(Node | string)[]}
 */
export function marked(text, highlights) {
  return pieces(text, highlights).map(({ text: part, words, meaning }) =>
    words || meaning ? h("mark", { class: [words && "words", meaning && "meaning"].filter(Boolean).join(" ") }, part) : part,
  );
}

/**
 * Find what an excerpt marks in the passage that it is from: words wherever they stand, the sentence where it stands. Pure.
 *
 * @param {string} passage
 * @param {{ text: string, highlights: Highlight[] } | null | undefined} excerpt
 * @param {string[]} words As they stand in the passage.
 * @returns {Highlight[]}
 */
export function marksInPassage(passage, excerpt, words) {
  const sentences = (excerpt?.highlights ?? [])
    .filter(([, , leg]) => leg === "meaning")
    .map(([start, end]) => Array.from(excerpt.text).slice(start, end).join(""));
  return [
    ...words.flatMap((word) => found(passage, literally(word), "words")),
    ...sentences.flatMap((sentence) => found(passage, sentence.trim().split(/\s+/).map(literally).join("\\s+"), "meaning")),
  ];
}

/** @param {string} passage @param {string} pattern @param {"words" | "meaning"} leg @returns {Highlight[]} */
function found(passage, pattern, leg) {
  if (!pattern) return [];
  const offsets = [...passage.matchAll(new RegExp(pattern, "giu"))];
  const characters = (/** @type {string} */ text) => Array.from(text).length;
  return offsets.map(({ 0: hit, index }) => {
    const start = characters(passage.slice(0, index));
    return [start, start + characters(hit), leg];
  });
}

/** @param {string} text */
function literally(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
