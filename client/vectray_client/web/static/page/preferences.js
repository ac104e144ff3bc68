/**
 * What a person prefers, kept by the browser for this page alone.
 *
 * @typedef {object} Preferences
 * @property {"auto" | "zh" | "en"} language
 * @property {"auto" | "light" | "dark"} theme
 * @property {number} top Documents that a search gives.
 * @property {boolean} rerank
 */

const KEY = "vectray.preferences";

/** Choices, the first of each the default. */
export const CHOICES = Object.freeze({
  language: ["auto", "zh", "en"],
  theme: ["auto", "light", "dark"],
  top: [20, 10, 50, 100],
  rerank: [false, true],
});

/**
 * Read the preferences; whatever is not a known choice has its default.
 *
 * @returns {Preferences}
 */
export function readPreferences() {
  const kept = parsed(storage()?.getItem(KEY));
  const chosen = Object.entries(CHOICES).map(([name, choices]) => [name, choices.includes(kept[name]) ? kept[name] : choices[0]]);
  return Object.fromEntries(chosen);
}

/**
 * Keep what was changed, and return all preferences.
 *
 * @param {Partial<Preferences>} changed
 * @returns {Preferences}
 */
export function keepPreferences(changed) {
  const all = { ...readPreferences(), ...changed };
  storage()?.setItem(KEY, JSON.stringify(all));
  return all;
}

/** A browser that was told to keep nothing throws already when it is asked where. */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** @param {string | null | undefined} text */
function parsed(text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}
