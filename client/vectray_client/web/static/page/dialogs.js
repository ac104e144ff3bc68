/** Dialogs that ask or tell one thing. The browser keeps the focus inside, and Escape closes them. */

import { t } from "../words/language.js";
import { h } from "./element.js";

/**
 * Ask once before something that cannot be undone.
 *
 * @param {{ title: string, words: string, act: string }} question `act` is what the button says.
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, words, act }) {
  return new Promise((resolve) => {
    const dialog = show(
      title,
      h("p", {}, words),
      h(
        "div",
        { class: "acts" },
        h("button", { type: "button", class: "danger", on: { click: () => dialog.close("yes") } }, act),
        h("button", { type: "button", autofocus: true, on: { click: () => dialog.close() } }, t("cancel")),
      ),
    );
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}

/**
 * Show a dialog; it is gone from the page once it is closed.
 *
 * @param {string} title
 * @param {...(Node | string)} contents
 * @returns {HTMLDialogElement}
 */
export function show(title, ...contents) {
  const dialog = /** @type {HTMLDialogElement} */ (
    h("dialog", { "aria-labelledby": "dialog-title" }, h("h2", { id: "dialog-title" }, title), ...contents)
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
