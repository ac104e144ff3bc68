/** The field that is typed into. What an input method has not yet settled, such as half a word of pinyin, is nobody's query. */

import { h } from "../page/element.js";
import { icon } from "../page/icons.js";

/**
 * Make the field.
 *
 * @param {{ changed: (query: string) => void, entered: () => void }} listener `entered`: the person goes on to the results.
 */
export function makeBox({ changed, entered }) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "search",
      id: "query",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      maxlength: 10000,
      dir: "auto",
      "aria-controls": "results",
      "data-t-label": "searchLabel",
      "data-t-placeholder": "searchPlaceholder",
      on: {
        input: (event) => event.isComposing || changed(input.value),
        compositionend: () => changed(input.value),
        keydown: (event) => pressed(event),
      },
    })
  );
  const element = h("div", { class: "box", role: "search" }, icon("search"), input, h("kbd", { "aria-hidden": "true" }, "/"));

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      entered();
    } else if (event.key === "Escape" && input.value) {
      event.preventDefault();
      event.stopPropagation();
      input.value = "";
      changed("");
    }
  }

  return {
    element,
    get query() {
      return input.value;
    },
    set query(text) {
      if (input.value !== text) input.value = text;
    },
    focus() {
      input.focus();
      input.select();
    },
  };
}
