/**
 * Filters as they are typed: `type:pdf in:Notes name:report since:2026-01-01 until:2026-06-30`, or 类型: 位置: 名称: 起始: 截止:.
 * The query is the only place where they are kept; the chips show and change it. The agent reads it by itself. Pure.
 *
 * @typedef {"type" | "in" | "name" | "since" | "until"} FilterName
 * @typedef {{ name: FilterName, value: string, start: number, end: number }} Filter
 */

const NAMES = Object.freeze({ 类型: "type", 位置: "in", 名称: "name", 起始: "since", 截止: "until" });
const FILTER = /(?<=^|\s)(type|in|name|since|until|类型|位置|名称|起始|截止)[:：]("[^"]*"|[^\s"]\S*)/giu;

/**
 * Find the filters in a query.
 *
 * @param {string} query
 * @returns {Filter[]} In order; `start` and `end` are offsets in the query.
 */
export function filtersIn(query) {
  return [...query.matchAll(FILTER)].map(({ 0: whole, 1: name, 2: value, index }) => ({
    name: /** @type {FilterName} */ (NAMES[name] ?? name.toLowerCase()),
    value: value.replace(/^"|"$/g, ""),
    start: index,
    end: index + whole.length,
  }));
}

/**
 * Take filters out of a query.
 *
 * @param {string} query
 * @param {(filter: Filter) => boolean} goes
 * @returns {string}
 */
export function without(query, goes) {
  const kept = filtersIn(query)
    .filter(goes)
    .reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), query);
  return kept === query ? query : kept.replace(/\s+/g, " ").trim();
}

/**
 * Put a filter into a query, in the place of those of the same name.
 *
 * @param {string} query
 * @param {FilterName} name
 * @param {string} value Empty for none.
 * @returns {string}
 */
export function withFilter(query, name, value) {
  const rest = without(query, (filter) => filter.name === name);
  if (!value) return rest;
  const filter = `${name}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value}`;
  return rest ? `${rest.trim()} ${filter}` : filter;
}
