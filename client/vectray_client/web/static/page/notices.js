/** Short messages that come and go at the edge of the page. */

import { h } from "./element.js";
import { said } from "../words/sentences.js";
import { t } from "../words/language.js";

const SHOWN_MS = 5000;

export class Notices {
  #element;

  /** @param {HTMLElement} element A live region. */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} words @param {{ isWarning?: boolean }} [how] */
  say(words, { isWarning = false } = {}) {
    const notice = h("p", { class: isWarning ? "notice is-warning" : "notice" }, words);
    this.#element.replaceChildren(notice);
    window.setTimeout(() => notice.remove(), SHOWN_MS);
  }

  /**
   * Do something, and say what came of it: the words that it gives, if it gives any, or why it did not work.
   *
   * @param {() => Promise<unknown>} act
   * @returns {Promise<boolean>} Whether it worked.
   */
  async saying(act) {
    try {
      const words = await act();
      if (words && typeof words === "string") this.say(said(words));
      return true;
    } catch (error) {
      this.say(said(/** @type {Error} */ (error).message) || t("noAnswer"), { isWarning: true });
      return false;
    }
  }
}
