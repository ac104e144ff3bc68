/**
 * What the agent says in English, in the language of the page: the sentences that are often seen. Others stand as they are.
 *
 * The table is one for all programs, and is fetched where Chinese is read. In its words `$1` is what the pattern caught, and
 * `said($1)` the same in Chinese, as a part of the whole.
 */

import { isChinese } from "./language.js";

const TABLE = "/static/words/sentences_zh.json";

/** @type {[pattern: RegExp, words: string][]} */
const known = [];

/** Learn the sentences of the page's language. Without them it speaks English where it has to. */
export async function learnSentences() {
  if (!isChinese() || known.length) return;
  const response = await fetch(TABLE).catch(() => null);
  if (!response?.ok) return;
  const groups = /** @type {Record<string, [string, string][]>} */ (await response.json());
  if (known.length) return;
  for (const [pattern, words] of Object.values(groups).flat()) known.push([new RegExp(pattern, "is"), words]);
}

/**
 * @param {string | null | undefined} sentence
 * @returns {string}
 */
export function said(sentence) {
  const words = isChinese() ? inChinese(sentence ?? "") : (sentence ?? "");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** @param {string} sentence @returns {string} */
function inChinese(sentence) {
  for (const [pattern, words] of known) {
    const match = sentence.match(pattern);
    if (match) {
      return words.replace(/said\(\$(\d)\)|\$(\d)/g, (_, inner, plain) => (inner ? inChinese(match[inner]).replace(/。$/, "") : match[plain]));
    }
  }
  return sentence;
}
