/**
 * Asks while somebody types: for words at once, for the whole answer when the fingers rest. An older answer never takes the place of a
 * newer one, because its request is ended before the newer one begins.
 *
 * @typedef {object} Question
 * @property {string} query
 * @property {number} top
 * @property {boolean} rerank
 */

const WORDS_AFTER_MS = 40;
/** Nobody reads the meaning of half a word. */
const ALL_AFTER_MS = 90;
/** For the sentence in each passage that is nearest in meaning. */
const EXCERPT_MS = 150;
const MORE_PASSAGES = 3;

export class Asking {
  #api;
  #tell;
  #fail;
  /** @type {AbortController | undefined} */
  #current;

  /**
   * @param {import("../page/api.js").Api} api
   * @param {{ tell: (answer: any) => void, fail: (error: unknown) => void }} listener
   */
  constructor(api, { tell, fail }) {
    this.#api = api;
    this.#tell = tell;
    this.#fail = fail;
  }

  /** End what is being asked; nothing is told any more. */
  stop() {
    this.#current?.abort();
  }

  /**
   * Ask something else now.
   *
   * @param {Question} question
   * @param {{ isTyping: boolean }} how Whether more may be typed in a moment.
   */
  async ask({ query, top, rerank }, { isTyping }) {
    this.stop();
    const current = new AbortController();
    this.#current = current;
    const asked = { q: query, top };
    const whole = { ...asked, rerank, more: MORE_PASSAGES, excerpt_ms: EXCERPT_MS };
    try {
      await rest(isTyping ? WORDS_AFTER_MS : 0, current.signal);
      this.#tell({ ...(await this.#answer({ ...asked, words: true }, current.signal)), isPartial: true });
      await rest(isTyping ? ALL_AFTER_MS : 0, current.signal);
      this.#tell({ ...(await this.#answer(whole, current.signal)), isPartial: false });
    } catch (error) {
      if (!current.signal.aborted) this.#fail(error);
    }
  }

  /** @param {import("../page/api.js").Parameters} parameters @param {AbortSignal} signal */
  async #answer(parameters, signal) {
    const answer = await this.#api.get("search", parameters, signal);
    signal.throwIfAborted();
    return answer;
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      window.clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
