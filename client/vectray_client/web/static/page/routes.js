/**
 * The page's addresses: `#view?name=value`. Pure but for `go`.
 *
 * @typedef {{ view: string, parameters: URLSearchParams }} Route
 */

/** The first six stand in the rail, and have its numbers as keys. */
export const VIEWS = Object.freeze(["search", "map", "folders", "problems", "models", "settings", "diagnostics", "welcome"]);

/**
 * Read an address; what is none of ours is the search.
 *
 * @param {string} hash As in `location.hash`.
 * @returns {Route}
 */
export function route(hash) {
  const text = hash.replace(/^#/, "");
  const cut = text.indexOf("?");
  const view = cut < 0 ? text : text.slice(0, cut);
  return { view: VIEWS.includes(view) ? view : "search", parameters: new URLSearchParams(cut < 0 ? "" : text.slice(cut + 1)) };
}

/**
 * Write an address, without what is empty.
 *
 * @param {string} view
 * @param {Record<string, string>} [parameters]
 * @returns {string}
 */
export function address(view, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `#${view}?${new URLSearchParams(given)}` : `#${view}`;
}

/**
 * The address at which somebody arrives who was sent here to see something.
 *
 * @param {{ view: string, query: string }} wanted `view` is one of the contract's: ours, or `add` for the choice of a folder.
 * @returns {string}
 */
export function arrival({ view, query }) {
  if (view === "add") return address("folders", { add: "1" });
  return VIEWS.includes(view) && view !== "search" ? address(view) : address("search", { q: query });
}

/**
 * Take an address into history, in the place of the one before if it is only a better version of it.
 *
 * @param {string} hash
 * @param {{ isSame: boolean }} how
 */
export function note(hash, { isSame }) {
  if (hash === window.location.hash) return;
  if (isSame) window.history.replaceState(null, "", hash);
  else window.history.pushState(null, "", hash);
}
