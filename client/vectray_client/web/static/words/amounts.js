/** Sizes, durations and days, in the language of the page. */

import { language, t } from "./language.js";

const UNITS = ["B", "kB", "MB", "GB", "TB"];
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY_MS = 86_400_000;
/** Dates nearer than this are told by how long ago they were. */
const NEAR_DAYS = 7;

/** @param {number} bytes @returns {string} */
export function size(bytes) {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit += 1) value /= 1000;
  return `${number(value, value < 10 && unit > 0 ? 1 : 0)} ${UNITS[unit]}`;
}

/** @param {number} value @param {number} [digits] After the point, at most. @returns {string} */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
}

/** @param {number} share 0 to 1. @returns {string} */
export function percent(share) {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(share);
}

/** @param {number} seconds @returns {string} Rounded as a person would. */
export function duration(seconds) {
  if (seconds < 1.5 * MINUTE) return t("seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 1.5 * HOUR) return t("minutes", { count: Math.round(seconds / MINUTE) });
  return t("hours", { count: Math.round(seconds / HOUR) });
}

/** @param {number} milliseconds Unix time. @param {number} now The same. @returns {string} */
export function day(milliseconds, now) {
  const days = Math.round((midnight(milliseconds) - midnight(now)) / DAY_MS);
  if (days <= 0 && days > -NEAR_DAYS) {
    return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
  }
  const isThisYear = new Date(milliseconds).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? undefined : "numeric";
  return new Intl.DateTimeFormat(language(), { year, month: "short", day: "numeric" }).format(milliseconds);
}

/** @param {number} milliseconds Unix time. @returns {string} To the minute. */
export function moment(milliseconds) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(milliseconds);
}

/** @param {number} milliseconds Unix time. @returns {string} The day as 2026-11-22, on the clock of this machine. */
export function isoDay(milliseconds) {
  const at = new Date(milliseconds);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** @param {number} milliseconds */
function midnight(milliseconds) {
  return new Date(milliseconds).setHours(0, 0, 0, 0);
}
