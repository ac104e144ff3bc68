/** The way from the one-time code in the page's address to the token that every request carries. */

const KEY = "vectray.token";

/**
 * Take the code out of the address, so that it stays neither in history nor in a bookmark.
 *
 * @returns {string} Empty if there is none.
 */
export function takeCode() {
  const address = new URL(window.location.href);
  const [view, inFragment = ""] = address.hash.slice(1).split("?");
  // A bare fragment may hold the parameters by itself: `#code=...`.
  const fragment = new URLSearchParams(view.includes("=") ? view : inFragment);
  const code = address.searchParams.get("code") ?? fragment.get("code") ?? "";
  const query = address.searchParams.get("q") ?? fragment.get("q") ?? "";
  if (code) {
    const hash = query ? `#search?${new URLSearchParams({ q: query })}` : "";
    window.history.replaceState(null, "", address.pathname + hash);
  }
  return code;
}

/**
 * Return the token of this tab, exchanging the code for one if there is a code.
 *
 * @param {string} code
 * @returns {Promise<string>} Empty if there is no token, or the code was not good.
 */
export async function enter(code) {
  if (!code) return window.sessionStorage.getItem(KEY) ?? "";
  const answer = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (!answer.ok) return window.sessionStorage.getItem(KEY) ?? "";
  const { token } = await answer.json();
  window.sessionStorage.setItem(KEY, token);
  return token;
}
