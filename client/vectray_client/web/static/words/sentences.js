/** What the agent says in English, in the language of the page: the sentences that are often seen. Others stand as they are. */

import { isChinese } from "./language.js";
import { SENTENCES } from "./sentences_zh.js";

/**
 * @param {string | null | undefined} sentence
 * @returns {string}
 */
export function said(sentence) {
  if (!sentence || !isChinese()) return capitalised(sentence ?? "");
  for (const [pattern, words] of SENTENCES) {
    const match = sentence.match(pattern);
    if (match) return words.replace(/\$(\d)/g, (_, number) => (number === "0" ? match[0] : said(match[Number(number)])));
  }
  return capitalised(sentence);
}

/** Reasons begin small, because they stand in sentences elsewhere. @param {string} sentence */
function capitalised(sentence) {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}
