/** The agent's state, as it changes: followed for as long as somebody sees the page, whatever happens to the agent. */

import { Refused } from "./api.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 3000;

/**
 * @typedef {object} Listener
 * @property {(state: any) => void} tell What the agent says now.
 * @property {() => void} away It does not answer; it is asked again.
 * @property {() => void} locked It answers, and does not know this page's token.
 */

/**
 * Follow the state until the token is no longer good.
 *
 * @param {import("./api.js").Api} api
 * @param {Listener} listener
 */
export async function followState(api, { tell, away, locked }) {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    await seen();
    const following = followedWhileSeen();
    try {
      for await (const state of lines(await api.stream("state", {}, following.signal))) {
        wait = FIRST_WAIT_MS;
        tell(state);
      }
    } catch (error) {
      if (error instanceof Refused && error.isLocked) return locked();
    }
    if (following.signal.aborted) continue;
    following.abort();
    away();
    await awake(wait);
  }
}

/**
 * Read a stream of JSON values, one a line; blank lines only say that it is alive.
 *
 * @param {ReadableStream<Uint8Array>} stream
 */
export async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = done ? "" : parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield JSON.parse(part);
    if (done) return;
  }
}

/** Wait until somebody sees the page. */
async function seen() {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

/**
 * A page that nobody sees lets go of its connection: a browser keeps six to a server, for all tabs together.
 *
 * @returns {AbortController} Aborted when the page is hidden.
 */
function followedWhileSeen() {
  const following = new AbortController();
  const { signal } = following;
  document.addEventListener("visibilitychange", () => document.hidden && following.abort(), { signal });
  return following;
}

/** Wait, but not on: a person who comes back to the page wants to see it alive at once. @param {number} milliseconds */
function awake(milliseconds) {
  return new Promise((resolve) => {
    window.setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true });
    window.addEventListener("focus", resolve, { once: true });
  });
}
