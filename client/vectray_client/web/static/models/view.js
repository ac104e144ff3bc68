/** The models: which one is in use, what is loaded, and what that costs. */

import { fill, h, refill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { duration, percent, size } from "../words/amounts.js";
import { t } from "../words/language.js";
import { said } from "../words/sentences.js";

const LOADED = ["ready", "loading", "degraded"];

/** @param {import("../page/page.js").Page} page */
export function makeModels(page) {
  const now = h("div", {});
  const list = h("ul", { class: "cards" });
  const others = h("ul", { class: "cards" });
  const count = h("summary", {});
  const absent = h("details", { class: "others" }, count, others);
  const element = h("div", { class: "view" }, h("div", { class: "view-head" }, h("h1", { "data-t": "models" })), now, list, absent);
  /** @type {any[]} */
  let catalogue = [];

  async function load() {
    draw();
    try {
      catalogue = (await page.api.get("models")).models ?? [];
    } catch (error) {
      page.failed(error);
    }
    draw();
  }

  function draw() {
    const { agent, daemon } = page.state() ?? {};
    fill(now, h("p", { class: "muted" }, daemon ? t("daemonMemory", { size: size(daemon.rss_bytes) }) : t("noDaemon")), agent?.next_model ? next(agent) : null);
    const [away, here] = parted(merged(catalogue, daemon?.models ?? []), ({ state }) => state === "absent");
    refill(list, ...here.sort((a, b) => rank(a, agent) - rank(b, agent)).map((model) => card(model, agent)));
    fill(others, ...away.map((model) => card(model, agent)));
    fill(count, t("absentModels", { count: away.length }));
    absent.hidden = !away.length;
  }

  /** @param {any} agent */
  function next({ next_model: name, next_model_share: share }) {
    return h("div", { class: "progress" }, h("p", {}, t("nextModel", { name, share: percent(share) })), h("progress", { max: 1, value: share, "aria-label": name }));
  }

  /** @param {any} model @param {any} agent */
  function card(model, agent) {
    const isUsed = agent?.model === model.name;
    return h(
      "li",
      { class: isUsed ? "card is-used" : "card" },
      h("span", { class: "card-sign" }, icon("model")),
      h(
        "div",
        { class: "card-body" },
        h("h2", {}, h("bdi", {}, model.name), ...tags(model, isUsed)),
        h("p", { class: "muted" }, facts(model).filter(Boolean).join(" · ")),
        h("p", {}, doing(model).filter(Boolean).join(" · ")),
        model.reason && h("p", { class: "note" }, said(model.reason)),
        model.state === "absent" && h("p", { class: "note" }, t("absentModel"), " ", h("code", {}, `vectray models pull ${model.name}`)),
      ),
      h("div", { class: "acts" }, ...acts(model, isUsed)),
    );
  }

  /** @param {any} model @param {boolean} isUsed */
  function* acts(model, isUsed) {
    if (model.state === "absent") return;
    const act = (/** @type {any} */ key, /** @type {string} */ path, kind = "") =>
      h("button", { type: "button", class: kind, "aria-label": `${t(key)}: ${model.name}`, on: { click: () => void ask(path, model.name) } }, t(key));
    if (!isUsed) yield act("useModel", "use", "primary");
    if (LOADED.includes(model.state)) yield act("unloadModel", "unload");
    else yield act("loadModel", "load");
  }

  /** @param {string} path @param {string} model */
  async function ask(path, model) {
    page.notices.say(t(/** @type {any} */ (`asked_${path}`), { name: model }));
    await page.act(async () => {
      await page.api.post(`models/${path}`, { model });
    });
    await load();
  }

  return { element, draw, enter: () => void load(), told: draw };
}

/** What the daemon tells now takes the place of what the catalogue told before. @param {any[]} catalogue @param {any[]} live */
function merged(catalogue, live) {
  const all = new Map(catalogue.map((model) => [model.name, model]));
  for (const model of live) all.set(model.name, { ...all.get(model.name), ...model });
  return [...all.values()];
}

/** @param {any[]} all @param {(each: any) => boolean} test @returns {[any[], any[]]} Those that pass, and the others. */
function parted(all, test) {
  return [all.filter(test), all.filter((each) => !test(each))];
}

/** The model in use first, then what is loaded. @param {any} model @param {any} agent */
function rank(model, agent) {
  if (agent?.model === model.name) return 0;
  return LOADED.includes(model.state) ? 1 : 2;
}

/** @param {any} model @param {boolean} isUsed */
function* tags(model, isUsed) {
  if (isUsed) yield h("span", { class: "tag is-good" }, t("inUse"));
  yield h("span", { class: "tag" }, t(/** @type {any} */ (`state_${model.state}`)));
  if (model.leaves_machine) yield h("span", { class: "tag is-warning" }, t("leavesMachine"));
}

/** What a model is. @param {any} model */
function facts({ state, languages, dimensions, max_tokens: tokens, licence, download_bytes: download }) {
  return [
    languages?.includes("mul") ? t("manyLanguages") : (languages ?? []).join(", "),
    dimensions && t("dimensions", { count: dimensions }),
    tokens && t("window", { count: tokens }),
    licence,
    state === "absent" && download > 0 && t("download", { size: size(download) }),
  ];
}

/** What a model does and takes now. @param {any} model */
function doing({ rss_bytes: memory, tokens_per_second: speed, activity, unloads_in_seconds: unloads, device, precision }) {
  return [
    activity && said(activity),
    memory > 0 && t("memory", { size: size(memory) }),
    speed > 0 && t("speed", { count: Math.round(speed) }),
    device && `${device}, ${precision}`,
    unloads > 0 && t("unloadsIn", { time: duration(unloads) }),
  ];
}
