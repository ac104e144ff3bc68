/** The files that could not be indexed, by reason, and what can be done about them. */

import { confirmed } from "../page/dialogs.js";
import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { makeActing } from "../preview/acting.js";
import { t } from "../words/language.js";
import { baseName, elided, folderOf } from "../words/paths.js";
import { said } from "../words/sentences.js";

/** Of one reason, before a person asks for the others. */
const SHOWN = 50;

/**
 * Group problems by their reason, the most frequent first. Pure.
 *
 * @param {{ path: string, reason: string }[]} problems
 * @returns {[reason: string, problems: any[]][]}
 */
export function byReason(problems) {
  const groups = Map.groupBy(problems, ({ reason }) => reason);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

/** @param {import("../page/page.js").Page} page */
export function makeProblems(page) {
  const acting = makeActing(page.api, page.notices);
  const list = h("div", { class: "groups" });
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "problems" })), list);
  /** @type {any[] | null} */
  let problems = null;
  let count = -1;

  async function load() {
    try {
      ({ problems } = await page.api.get("problems"));
    } catch (error) {
      page.failed(error);
    }
    draw();
  }

  function draw() {
    if (!problems) return fill(list, h("p", { class: "muted" }, t("waitingForAgent")));
    if (!problems.length) return fill(list, h("div", { class: "empty" }, icon("check"), h("h2", {}, t("noProblems")), h("p", {}, t("noProblemsHelp"))));
    fill(list, ...byReason(problems).map(([reason, group]) => section(reason, group)));
  }

  /** @param {string} reason @param {any[]} group */
  function section(reason, group) {
    const rows = h("ul", { class: "lines" }, group.slice(0, SHOWN).map(row));
    const rest = group.length - SHOWN;
    const showRest = () => {
      rows.append(...group.slice(SHOWN).map(row));
      more.remove();
    };
    const more = h("button", { type: "button", on: { click: showRest } }, t("showMore", { count: rest }));
    return h("section", {}, h("h2", {}, said(reason), h("span", { class: "tag" }, String(group.length))), rows, rest > 0 && more);
  }

  /** @param {any} problem */
  function row(problem) {
    const name = baseName(problem.path);
    const why = h("p", { class: "note", role: "status" });
    const act = (/** @type {any} */ sign, /** @type {any} */ key, /** @type {() => void} */ click) =>
      h("button", { type: "button", class: "quiet", "aria-label": `${t(key)}: ${name}`, on: { click } }, icon(sign), t(key));
    return h(
      "li",
      { class: "line" },
      h("div", { class: "line-body" }, elided(name), h("span", { class: "muted" }, elided(folderOf(problem.path))), why),
      h(
        "div",
        { class: "acts" },
        act("again", "tryAgain", () => void again(problem)),
        act("question", "why", () => void explain(problem, why)),
        act("folder", "reveal", () => void acting.reveal({ ...problem, name })),
        act("bin", "leaveOut", () => void forget(problem)),
      ),
    );
  }

  /** @param {any} problem */
  async function again({ path }) {
    await page.act(async () => {
      await page.api.post("rescan", { path });
      return t("triedAgain");
    });
  }

  /** @param {any} problem @param {HTMLElement} why */
  async function explain({ id, path }, why) {
    await page.act(async () => {
      const { sentence } = await page.api.post("explain", id ? { id } : { path });
      why.textContent = said(sentence);
    });
  }

  /** @param {any} problem */
  async function forget({ id, path }) {
    if (!(await confirmed({ title: t("leaveOutTitle"), words: t("leaveOutWords", { path }), act: t("leaveOut") }))) return;
    await page.act(async () => {
      await page.api.post("forget", { id });
      return t("leftOut");
    });
    await load();
  }

  return {
    element,
    draw,
    enter: () => void load(),
    /** Problems come and go while files are read; what is shown is read anew when their number changes. */
    told() {
      const told = page.state()?.agent?.problems ?? -1;
      if (told === count) return;
      count = told;
      if (element.isConnected) void load();
    },
  };
}
