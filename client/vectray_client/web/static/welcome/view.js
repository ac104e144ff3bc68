/** The first visit: which folders, what is in them, and how soon they can be searched. */

import { choosing } from "../folders/chooser.js";
import { progress } from "../folders/progress.js";
import { amount } from "../folders/survey.js";
import { fill, h, refill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { address } from "../page/routes.js";
import { duration } from "../words/amounts.js";
import { t } from "../words/language.js";
import { makeOffers, totalOf } from "./offers.js";

/** @param {import("../page/page.js").Page} page */
export function makeWelcome(page) {
  const offers = makeOffers(page, { changed: drawTotal });
  const total = h("p", { class: "survey-total", role: "status" });
  const startsItself = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", role: "switch", "aria-describedby": "start-help" }));
  const begin = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "primary", "data-t": "begin", on: { click: () => void beginning() } }));
  const choice = h(
    "div",
    { class: "welcome" },
    h("p", { "data-t": "welcomeHelp" }),
    offers.element,
    h("div", { class: "acts" }, h("button", { type: "button", on: { click: () => void another() } }, icon("add"), h("span", { "data-t": "anotherFolder" }))),
    h("div", { class: "setting" }, h("label", { class: "switch" }, startsItself, h("span", { "data-t": "startItself" })), h("p", { class: "muted", id: "start-help", "data-t": "startItselfHelp" })),
    total,
    h("div", { class: "acts" }, begin),
  );
  const outcome = h("div", { class: "welcome" });
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "welcome" })), choice, outcome);
  /** How the system had it, before the switch was touched. */
  let startedItself = false;
  /** From then on what is chosen is the person's, also when they come back. */
  let isOffered = false;
  let isBeginning = false;

  async function load() {
    draw();
    if (hasFolders()) return;
    if (isOffered) return offers.resume();
    try {
      const [{ folders }, { is_on: isOn }] = await Promise.all([page.api.get("suggestions"), page.api.get("autostart")]);
      startedItself = startsItself.checked = isOn;
      for (const { path, is_likely: isChosen } of folders) offers.offer(path, { isChosen });
      isOffered = true;
    } catch (error) {
      page.failed(error);
    }
    drawTotal();
  }

  function draw() {
    drawStage();
    offers.draw();
    drawTotal();
  }

  function drawStage() {
    const hasBegun = hasFolders() && !isBeginning;
    choice.hidden = hasBegun;
    outcome.hidden = !hasBegun;
    if (hasBegun) refill(outcome, ...begun(page));
  }

  function hasFolders() {
    return page.folders().length > 0;
  }

  function drawTotal() {
    const surveys = offers.surveys();
    begin.disabled = isBeginning || offers.chosen().length === 0;
    const { files, bytes, seconds } = totalOf(surveys);
    total.hidden = !surveys.length;
    fill(total, h("span", {}, t("inAll", { amount: amount({ files, bytes }) })), seconds > 0 && h("span", {}, t("surveyTime", { time: duration(seconds) })));
  }

  async function another() {
    const take = async (/** @type {string} */ path) => {
      offers.offer(path, { isChosen: true });
      return true;
    };
    await choosing(page, { act: t("chooseThis"), take });
  }

  /** Small orders one after the other: each is done, or says why it is not. */
  async function beginning() {
    const paths = offers.chosen();
    isBeginning = true;
    drawTotal();
    offers.stop();
    const isOn = startsItself.checked;
    if (isOn !== startedItself) await page.act(() => page.api.post("autostart", { on: isOn }));
    for (const path of paths) await page.act(() => page.api.post("folders", { path }));
    isBeginning = false;
    draw();
  }

  return { element, draw, enter: () => void load(), told: drawStage, left: offers.stop };
}

/** What comes of it. @param {import("../page/page.js").Page} page */
function begun(page) {
  const agent = page.state().agent;
  const words = agent.files > 0 ? t(agent.pending ? "searchAlready" : "searchNow", { count: agent.files }) : t("firstFiles");
  return [
    h("p", { class: "welcome-news", role: "status" }, words),
    progress(page, agent),
    agent.pending > 0 && h("p", { class: "muted" }, t("goesOn")),
    h(
      "div",
      { class: "acts" },
      h("a", { class: agent.files > 0 ? "button primary" : "button", href: address("search") }, icon("search"), t("search")),
      h("a", { class: "button", href: address("folders") }, icon("folder"), t("folders")),
    ),
  ];
}
