/** Lines that were broken only because a page or a terminal ended there are joined again, so that text fits the place where it is read. Pure. */

/** A line shorter than this ended on purpose. Of Chinese, half. */
const BROKEN_LINE = 48;
const HAN = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3000-\\u303f\\uff00-\\uffef";
const WIDE = new RegExp(`[${HAN}]`, "gu");
const ENDS_WIDE = new RegExp(`[${HAN}]$`, "u");
const BEGINS_WIDE = new RegExp(`^[${HAN}]`, "u");
/** What begins a line of its own: nothing, an indent, a list, a table, a heading, a quotation, a fence. */
const OF_ITS_OWN = /^(?:$|\s|[-*+•·|#>=`~]|\d+[.)、]|[（(]?[一二三四五六七八九十]+[、)）])/u;
/** Takes a place and no room, so that what is marked stays where it is. */
const NOTHING = "\u200b";

/**
 * Join lines; every character stays at its offset.
 *
 * @param {string} text
 * @returns {string}
 */
export function reflowed(text) {
  const lines = text.split("\n");
  return lines
    .map((line, at) => (at === lines.length - 1 ? line : line + between(line, lines[at + 1])))
    .join("");
}

/** @param {string} line @param {string} next */
function between(line, next) {
  const width = line.length + (line.match(WIDE)?.length ?? 0);
  if (width < BROKEN_LINE || OF_ITS_OWN.test(next) || /^[|#]/.test(line)) return "\n";
  return ENDS_WIDE.test(line) && BEGINS_WIDE.test(next) ? NOTHING : " ";
}
