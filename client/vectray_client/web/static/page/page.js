/** What every view of the page may use. */

import { Refused } from "./api.js";

/** From here on a document is shown beside the list. The style sheets say the same. */
const WIDE = "(min-width: 60rem)";

export class Page {
  #state = null;
  #locked;

  /**
   * @param {import("./api.js").Api} api
   * @param {{ notices: import("./notices.js").Notices, locked: () => void }} parts `locked`: the token is no longer good.
   */
  constructor(api, { notices, locked }) {
    this.api = api;
    this.notices = notices;
    this.#locked = locked;
  }

  /** What the agent and the daemon last told; null before they did. */
  state() {
    return this.#state;
  }

  /** @param {any} state */
  told(state) {
    this.#state = state;
  }

  /** Paths of the indexed folders. @returns {string[]} */
  folders() {
    return (this.#state?.agent?.folders ?? []).map((folder) => folder.path);
  }

  /** Whether there is room for a document beside the list. */
  isWide() {
    return window.matchMedia(WIDE).matches;
  }

  /** @param {string} hash */
  go(hash) {
    window.location.hash = hash;
  }

  /** Take note of an error that a view shows by itself. @param {unknown} error */
  failed(error) {
    if (error instanceof Refused && error.isLocked) this.#locked();
  }

  /**
   * Do what a button asks for, and say what came of it; see `Notices.saying`.
   *
   * @param {() => Promise<unknown>} act
   */
  async act(act) {
    return this.notices.saying(async () => {
      try {
        return await act();
      } catch (error) {
        this.failed(error);
        throw error;
      }
    });
  }
}
