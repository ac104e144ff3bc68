/** The canvas of the map, and what a hand or a key does to it. */

import { fill, h } from "../page/element.js";
import { icon } from "../page/icons.js";
import { isDark } from "../page/theme.js";
import { t } from "../words/language.js";
import { elided } from "../words/paths.js";
import { draw } from "./drawing.js";
import { centred, moved, nearest, onScreen, wholeFrame, zoomed } from "./geometry.js";

const NEAR = 14;
const STEP = 60;
const ZOOM = 1.5;
const WHEEL = 0.0015;
/** Pixels between press and release that are still a click. */
const STILL = 4;
const MOVES = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

/** @param {{ opened: (point: any) => void }} listener */
export function makeChart({ opened }) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { tabindex: 0, role: "img", "data-t-label": "mapPicture" }));
  const tip = h("div", { class: "map-tip", "aria-hidden": "true", hidden: true });
  const button = (/** @type {any} */ sign, /** @type {any} */ key, /** @type {() => void} */ click) =>
    h("button", { type: "button", class: "quiet", "data-t-label": key, on: { click } }, icon(sign));
  const tools = h("div", { class: "map-tools" }, button("add", "zoomIn", () => zoom(ZOOM)), button("remove", "zoomOut", () => zoom(1 / ZOOM)), button("whole", "zoomWhole", () => whole()));
  const element = h("div", { class: "chart" }, canvas, tip, tools);
  const scene = { points: /** @type {any[]} */ ([]), groups: /** @type {any[]} */ ([]), frame: { scale: 1, left: 0, top: 0 }, chosen: -1, isDark: false };
  /** Fingers, or a mouse that is pressed, by their number. @type {Map<number, { x: number, y: number }>} */
  const held = new Map();
  let travelled = 0;
  let isDue = false;

  const extent = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const place = (/** @type {MouseEvent} */ event) => ({ x: event.offsetX, y: event.offsetY });

  function redraw() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      scene.isDark = isDark();
      draw(canvas, scene);
    });
  }

  function whole() {
    scene.frame = wholeFrame(extent());
    redraw();
  }

  /** @param {number} factor @param {{ x: number, y: number }} [at] */
  function zoom(factor, at = { x: extent().width / 2, y: extent().height / 2 }) {
    scene.frame = zoomed(scene.frame, { factor, at, extent: extent() });
    redraw();
  }

  /** @param {number} number Of a point; -1 for none. */
  function choose(number) {
    scene.chosen = number;
    tip.hidden = number < 0;
    if (number >= 0) tell(scene.points[number]);
    redraw();
  }

  /** @param {any} point */
  function tell(point) {
    const { x, y } = onScreen(scene.frame, point);
    fill(tip, h("strong", {}, h("bdi", {}, point.title || point.name)), elided(point.name), h("span", { class: "muted" }, scene.groups[point.group]?.label ?? ""));
    tip.style.setProperty("--x", `${Math.min(x, extent().width - tip.offsetWidth - NEAR)}px`);
    tip.style.setProperty("--y", `${Math.min(y, extent().height - tip.offsetHeight - NEAR)}px`);
  }

  /** @param {PointerEvent} event */
  function pointed(event) {
    const before = held.get(event.pointerId);
    if (!before) return choose(nearest(scene.points, { frame: scene.frame, at: place(event), within: NEAR }));
    const apart = spread();
    held.set(event.pointerId, place(event));
    travelled += Math.hypot(event.offsetX - before.x, event.offsetY - before.y);
    if (held.size === 2) return zoom(spread() / apart, middle());
    scene.frame = moved(scene.frame, { x: event.offsetX - before.x, y: event.offsetY - before.y });
    redraw();
  }

  /** @param {PointerEvent} event */
  function pressed(event) {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, place(event));
    travelled = 0;
  }

  /** @param {PointerEvent} event */
  function released(event) {
    held.delete(event.pointerId);
    if (event.type !== "pointerup" || travelled > STILL) return;
    choose(nearest(scene.points, { frame: scene.frame, at: place(event), within: NEAR }));
    if (scene.chosen >= 0) opened(scene.points[scene.chosen]);
  }

  /** @param {KeyboardEvent} event */
  function typed(event) {
    const move = MOVES[event.key];
    if (move) scene.frame = moved(scene.frame, { x: move[0], y: move[1] });
    else if (event.key === "+" || event.key === "=") zoom(ZOOM);
    else if (event.key === "-") zoom(1 / ZOOM);
    else if (event.key === "0") whole();
    else return;
    event.preventDefault();
    redraw();
  }

  /** How far two fingers are apart. */
  function spread() {
    const [a, b] = [...held.values()];
    return b ? Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) : 1;
  }

  function middle() {
    const [a, b] = [...held.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }

  canvas.addEventListener("pointermove", pointed);
  canvas.addEventListener("pointerdown", pressed);
  canvas.addEventListener("pointerup", released);
  canvas.addEventListener("pointercancel", released);
  canvas.addEventListener("pointerleave", () => held.size || choose(-1));
  canvas.addEventListener("keydown", typed);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * WHEEL), place(event));
  });
  new ResizeObserver(whole).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  return {
    element,
    redraw,
    /** @param {any[]} points @param {any[]} groups */
    show(points, groups) {
      Object.assign(scene, { points, groups });
      choose(-1);
      whole();
    },
    /** @param {any} point One of those that are shown. */
    point(point) {
      scene.frame = centred(scene.frame, point, extent());
      choose(scene.points.indexOf(point));
    },
  };
}
