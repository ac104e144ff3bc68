/**
 * Asks while somebody types: for words, then for the whole answer, then for what takes longer. An older answer never takes the place of a
 * newer one, because its request is ended before the newer one begins.
 *
 * @typedef {object} Question
 * @property {string} query
 * @property {number} top
 * @property {boolean} rerank
 */

/** Who types faster than this is still within a word. */
const WORDS_AFTER_MS = 40;
/** The meaning of a hundred sentences is weighed only where the fingers rest. */
const REFINED_AFTER_MS = 150;
/** For the sentence in each passage that is nearest in meaning: nobody waits for it, since the answer is there already. */
const EXCERPT_MS = 1000;
const MORE_PASSAGES = 3;

export class Asking {
  #api;
  #tell;
  #refine;
  #fail;
  /** @type {AbortController | undefined} */
  #current;

  /**
   * @param {import("../page/api.js").Api} api
   * @param {{ tell: (answer: any) => void, refine: (answer: any) => void, fail: (error: unknown) => void }} listener
   */
  constructor(api, { tell, refine, fail }) {
    this.#api = api;
    this.#tell = tell;
    this.#refine = refine;
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
    const { signal } = current;
    const asked = { q: query, top };
    try {
      await rest(isTyping ? WORDS_AFTER_MS : 0, signal);
      this.#tell({ ...(await this.#answer({ ...asked, words: true }, signal)), isPartial: true });
      this.#tell({ ...(await this.#answer({ ...asked, more: MORE_PASSAGES }, signal)), isPartial: false });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return;
    }
    await this.#refined({ ...asked, rerank, more: MORE_PASSAGES, excerpt_ms: EXCERPT_MS }, signal);
  }

  /** Without it the answer is as good as it was. @param {import("../page/api.js").Parameters} parameters @param {AbortSignal} signal */
  async #refined(parameters, signal) {
    try {
      await rest(REFINED_AFTER_MS, signal);
      this.#refine({ ...(await this.#answer(parameters, signal)), isPartial: false });
    } catch {
      // What is shown stays; whether the agent is there, the page tells elsewhere.
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
