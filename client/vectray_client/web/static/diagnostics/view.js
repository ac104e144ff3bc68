/** What is wrong with this installation, and a report of it that may be shown to strangers. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { makeActing } from "../preview/acting.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

/** @param {import("../page/page.js").Page} page */
export function makeDiagnostics(page) {
  const acting = makeActing(page.api, page.notices);
  const acts = h("div", { class: "acts" });
  const found = h("ul", { class: "cards" });
  const report = h("div", { class: "report" });
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "diagnostics" }), acts), found, report);
  /** @type {{ findings: { sentence: string, remedy: string }[], report: string } | null} */
  let diagnosis = null;
  let failure = "";

  async function load() {
    diagnosis = null;
    failure = "";
    draw();
    try {
      diagnosis = await page.api.get("diagnostics");
    } catch (error) {
      page.failed(error);
      failure = error.message || t("noAnswer");
    }
    draw();
  }

  function draw() {
    const text = diagnosis?.report ?? "";
    fill(
      acts,
      h("button", { type: "button", on: { click: () => void load() } }, icon("again"), t("lookAgain")),
      h("button", { type: "button", class: "primary", disabled: !text, on: { click: () => void acting.copy(text) } }, icon("copy"), t("copyReport")),
    );
    fill(found, diagnosis ? findings(diagnosis.findings) : h("li", { class: "muted" }, failure ? said(failure) : t("lookingAround")));
    const isOpen = report.querySelector("details")?.open ?? false;
    fill(report, text && [h("h2", {}, t("report")), contents(isOpen), h("pre", { tabindex: "0", "aria-label": t("report"), lang: "en" }, text)]);
  }

  return { element, draw, enter: () => void load(), told() {} };
}

/** @param {{ sentence: string, remedy: string }[]} found */
function findings(found) {
  if (!found.length) return h("li", { class: "card" }, h("span", { class: "card-sign" }, icon("check")), h("div", { class: "card-body" }, h("h2", {}, t("nothingWrong"))));
  return found.map(({ sentence, remedy }) =>
    h("li", { class: "card is-warning" }, h("span", { class: "card-sign" }, icon("problem")), h("div", { class: "card-body" }, h("h2", {}, said(sentence)), h("p", {}, said(remedy)))),
  );
}

/** @param {boolean} isOpen */
function contents(isOpen) {
  return h("details", { open: isOpen }, h("summary", {}, t("whatIsInIt")), h("p", { class: "muted" }, t("reportHolds")), h("p", { class: "muted" }, t("reportHoldsNot")));
}
