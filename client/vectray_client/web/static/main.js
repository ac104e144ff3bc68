/** The page begins here: who asks, in which language, and which view they see. */

import { makeDiagnostics } from "./diagnostics/view.js";
import { makeFolders } from "./folders/view.js";
import { makeMap } from "./map/view.js";
import { makeModels } from "./models/view.js";
import { Api } from "./page/api.js";
import { makeBanner } from "./page/banner.js";
import { listenToKeys, showKeys } from "./page/keys.js";
import { Notices } from "./page/notices.js";
import { Page } from "./page/page.js";
import { keepPreferences, readPreferences } from "./page/preferences.js";
import { address, note, route, VIEWS } from "./page/routes.js";
import { bringsCode, enter, takeCode } from "./page/session.js";
import { drawRail } from "./page/rail.js";
import { followState } from "./page/stream.js";
import { isDark, setTheme } from "./page/theme.js";
import { makeProblems } from "./problems/view.js";
import { closeMenus } from "./search/chips.js";
import { makeSearch } from "./search/view.js";
import { makeSettings } from "./settings/view.js";
import { setLanguage, translate } from "./words/language.js";
import { learnSentences } from "./words/sentences.js";
import { makeWelcome } from "./welcome/view.js";

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

prefer();
const code = takeCode();
const [token] = await Promise.all([enter(code).catch(() => ""), learnSentences()]);
begin(token);

/** @param {string} token */
function begin(token) {
  const banner = makeBanner(find("banner"));
  const main = find("main");
  /** @type {import("./page/banner.js").Presence} */
  let presence = token ? "here" : "locked";
  const page = new Page(new Api(token), { notices: new Notices(find("notices")), locked: () => be("locked") });
  const views = {
    search: makeSearch(page),
    map: makeMap(page),
    folders: makeFolders(page),
    problems: makeProblems(page),
    models: makeModels(page),
    settings: makeSettings(page, { changed: redraw }),
    diagnostics: makeDiagnostics(page),
    welcome: makeWelcome(page),
  };
  let shown = "";
  let isFirstNews = true;

  function follow() {
    const { view, parameters } = route(window.location.hash);
    const isNew = view !== shown;
    if (isNew) views[shown]?.left?.();
    shown = view;
    if (isNew) main.replaceChildren(views[view].element);
    drawRail(document, { shown, state: page.state() });
    translate(main);
    views[view].enter(parameters);
    if (isNew && view !== "search") main.focus({ preventScroll: true });
  }

  async function redraw() {
    prefer();
    await learnSentences();
    translate(document);
    banner.draw(presence, page.state());
    drawRail(document, { shown, state: page.state() });
    for (const view of Object.values(views)) {
      translate(view.element);
      view.draw();
    }
  }

  /** @param {typeof presence} next */
  function be(next) {
    presence = next;
    banner.draw(presence, page.state());
  }

  /** @param {any} state */
  function tell(state) {
    page.told(state);
    be("here");
    drawRail(document, { shown, state });
    for (const view of Object.values(views)) view.told();
    if (isFirstNews && !page.folders().length) welcomed();
    isFirstNews = false;
  }

  /** Whoever has no folder yet, and did not come for something else, is shown how to begin. */
  function welcomed() {
    if (window.location.hash.replace("#", "") !== "search") return;
    note(address("welcome"), { isSame: true });
    follow();
  }

  window.addEventListener("hashchange", () => (bringsCode(window.location.hash) ? window.location.reload() : follow()));
  window.addEventListener("languagechange", redraw);
  closeMenus(document);
  find("keys").addEventListener("click", showKeys);
  find("theme").addEventListener("click", () => {
    keepPreferences({ theme: isDark() ? "light" : "dark" });
    void redraw();
  });
  listenToKeys({
    search: () => {
      if (shown !== "search") page.go(address("search"));
      views.search.focus();
    },
    view: (number) => page.go(address(VIEWS[number])),
  });
  translate(document);
  banner.draw(presence, null);
  follow();
  if (token) void followState(page.api, { tell, away: () => be("away"), locked: () => be("locked") });
}

function prefer() {
  const { language, theme } = readPreferences();
  setTheme(theme);
  setLanguage(language);
}
