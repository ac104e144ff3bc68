/** Draws the map onto a canvas, as sharp as the screen is. */

import { middles, onScreen } from "./geometry.js";

const SMALLEST_POINT = 2.5;
const LARGEST_POINT = 6;
/** So much paper there is for all points together. */
const INK = 110;
/** Where fewer documents are to be seen, each has its name beside it. */
const NAMED_AT_MOST = 60;
const LONGEST_NAME = 28;
const GROUP_FONT = "600 14px";
const NAME_FONT = "400 12px";
const LABEL_GAP = 6;
/** Hues of the groups, far apart for neighbours in number. */
const HUES = [172, 32, 262, 92, 342, 212, 52, 302, 132, 12, 232, 72];

/**
 * @typedef {object} Scene
 * @property {any[]} points
 * @property {{ label: string }[]} groups
 * @property {import("./geometry.js").Frame} frame
 * @property {number} chosen Number of a point, or -1.
 * @property {boolean} isDark
 */

/** @param {number} group @param {boolean} isDark @returns {string} */
export function colour(group, isDark) {
  return `oklch(${isDark ? 0.76 : 0.58} 0.12 ${HUES[group % HUES.length]})`;
}

/** @param {HTMLCanvasElement} canvas @param {Scene} scene */
export function draw(canvas, scene) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { clientWidth: width, clientHeight: height } = canvas;
  const dense = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, width, height);
  context.lineJoin = "round";
  context.textBaseline = "middle";
  drawPoints(context, scene);
  const taken = drawGroups(context, scene);
  const seen = scene.points.map((point) => ({ point, at: onScreen(scene.frame, point) })).filter(({ at }) => at.x > 0 && at.y > 0 && at.x < width && at.y < height);
  if (seen.length <= NAMED_AT_MOST) drawNames(context, scene, { seen, taken });
  drawChosen(context, scene);
}

/** @param {Scene} scene @returns {number} Radius of a point. */
function radius({ points }) {
  return Math.max(SMALLEST_POINT, Math.min(LARGEST_POINT, INK / Math.sqrt(points.length)));
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawPoints(context, scene) {
  context.globalAlpha = 0.8;
  for (const point of scene.points) disc(context, onScreen(scene.frame, point), radius(scene), colour(point.group, scene.isDark));
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawChosen(context, scene) {
  const { points, frame, chosen, isDark } = scene;
  if (chosen < 0) return;
  const at = onScreen(frame, points[chosen]);
  disc(context, at, radius(scene) + 6, paper(isDark));
  disc(context, at, radius(scene) + 3, colour(points[chosen].group, isDark));
}

/** The largest groups first; a label that would lie on another one is left out. @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawGroups(context, { points, groups, frame, isDark }) {
  context.font = `${GROUP_FONT} ${letters(context)}`;
  context.textAlign = "center";
  /** @type {Box[]} */
  const taken = [];
  for (const [group, middle] of [...middles(points)].sort(([, a], [, b]) => b.count - a.count)) {
    const { x, y } = onScreen(frame, middle);
    const label = groups[group]?.label ?? "";
    write(context, label, { x: inside(context, label, x), y, shift: 0, taken, isDark });
  }
  return taken;
}

/**
 * Where the middle of a label has to be for all of it to be on the canvas; a label whose group is elsewhere stays there.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {string} label
 * @param {number} x
 * @returns {number}
 */
function inside(context, label, x) {
  const { clientWidth } = context.canvas;
  const half = context.measureText(label).width / 2 + LABEL_GAP;
  if (x < 0 || x > clientWidth || 2 * half > clientWidth) return x;
  return Math.max(half, Math.min(x, clientWidth - half));
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {{ seen: any[], taken: Box[] }} where */
function drawNames(context, scene, { seen, taken }) {
  context.font = `${NAME_FONT} ${letters(context)}`;
  context.textAlign = "start";
  for (const { point, at } of seen) {
    const name = Array.from(point.title || point.name);
    const short = name.length > LONGEST_NAME ? [...name.slice(0, LONGEST_NAME - 1), "…"] : name;
    write(context, short.join(""), { x: at.x + radius(scene) + LABEL_GAP, y: at.y, shift: 0.5, taken, isDark: scene.isDark });
  }
}

/**
 * Write a label, unless it would lie on another one.
 *
 * @typedef {{ x: number, y: number, halfWidth: number, halfHeight: number }} Box
 * @param {CanvasRenderingContext2D} context
 * @param {string} label
 * @param {{ x: number, y: number, shift: number, taken: Box[], isDark: boolean }} where `shift` is the share of its width from x to its middle.
 */
function write(context, label, { x, y, shift, taken, isDark }) {
  const { width } = context.measureText(label);
  const box = { x: x + shift * width, y, halfWidth: width / 2 + LABEL_GAP / 2, halfHeight: 10 };
  if (!label || taken.some((other) => overlap(box, other))) return;
  taken.push(box);
  context.lineWidth = 4;
  context.strokeStyle = paper(isDark);
  context.strokeText(label, x, y);
  context.fillStyle = isDark ? "#eceae6" : "#1f1e1b";
  context.fillText(label, x, y);
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth && Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight;
}

/** @param {CanvasRenderingContext2D} context */
function letters(context) {
  return getComputedStyle(context.canvas).fontFamily;
}

/** @param {boolean} isDark @returns {string} */
function paper(isDark) {
  return isDark ? "#131416" : "#f7f6f3";
}

/** @param {CanvasRenderingContext2D} context @param {{ x: number, y: number }} at @param {number} size @param {string} fill */
function disc(context, { x, y }, size, fill) {
  context.fillStyle = fill;
  context.beginPath();
  context.arc(x, y, size, 0, 2 * Math.PI);
  context.fill();
}
