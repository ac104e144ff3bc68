/** Why a document was found, in one sentence, from what its hit tells. Pure. */

import { language, t } from "../words/language.js";

/** Words that are named; the others are counted. */
const MOST_NAMED = 4;

/**
 * @param {any} hit
 * @returns {string} Empty for a document that was not searched for.
 */
export function whyFound(hit) {
  if (!hit.why) return "";
  const ways = [byWords(hit), hit.vector_score != null && t("byItsMeaning"), hit.name_highlights?.length && t("byItsName")].filter(Boolean);
  return ways.length ? t("foundBy", { ways: listed(ways) }) : t("filtersLeave");
}

/** @param {any} hit */
function byWords({ matched_words: words = [], keyword_score: score }) {
  if (!words.length) return score == null ? "" : t("byItsWords");
  const named = words.slice(0, MOST_NAMED).map((word) => t("quoted", { word }));
  const rest = words.length - named.length;
  return t("byTheWords", { count: words.length, words: listed(rest > 0 ? [...named, t("moreWords", { count: rest })] : named, "unit") });
}

/** @param {string[]} parts @param {"conjunction" | "unit"} [type] */
function listed(parts, type = "conjunction") {
  return new Intl.ListFormat(language(), { type, style: type === "unit" ? "short" : "long" }).format(parts);
}
