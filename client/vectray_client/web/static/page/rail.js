/** The rail with the views: which one is shown, and what is to be seen in the others. */

/**
 * @param {Document} page
 * @param {{ shown: string, state: any }} now
 */
export function drawRail(page, { shown, state }) {
  for (const link of page.querySelectorAll("#rail a[href]")) {
    const isShown = link.getAttribute("href") === `#${shown}`;
    if (isShown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  count(page, "problems-count", state?.agent?.problems ?? 0);
  count(page, "pending-count", state?.agent?.pending ?? 0);
}

/** @param {Document} page @param {string} id @param {number} number */
function count(page, id, number) {
  const element = /** @type {HTMLElement} */ (page.getElementById(id));
  element.hidden = number === 0;
  element.textContent = number > 999 ? "999+" : String(number);
}
