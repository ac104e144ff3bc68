/** The way from the one-time code in the page's address to the token that every request carries. */

import { arrival } from "./routes.js";

const KEY = "vectray.token";

/** Whether an address brings a code: then the page begins anew. @param {string} hash */
export function bringsCode(hash) {
  return hash.startsWith("#code=");
}

/**
 * Take the code out of the address, so that it stays neither in history nor in a bookmark. The query or view that came with it stays.
 *
 * @returns {string} Empty if there is none.
 */
export function takeCode() {
  const { hash, pathname } = window.location;
  if (!bringsCode(hash)) return "";
  const brought = new URLSearchParams(hash.slice(1));
  window.history.replaceState(null, "", pathname + arrival({ view: brought.get("view") ?? "", query: brought.get("q") ?? "" }));
  return brought.get("code") ?? "";
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
