/** Draws the map onto a canvas, as sharp as the screen is. */

import { middles, onScreen } from "./geometry.js";

const POINT = 3.5;
const POINT_CHOSEN = 7;
const LABEL_FONT = "600 13px";
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
  drawPoints(context, scene);
  drawLabels(context, scene);
  drawChosen(context, scene);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawPoints(context, { points, frame, isDark }) {
  context.globalAlpha = 0.8;
  for (const point of points) disc(context, onScreen(frame, point), POINT, colour(point.group, isDark));
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawChosen(context, { points, frame, chosen, isDark }) {
  if (chosen < 0) return;
  const at = onScreen(frame, points[chosen]);
  disc(context, at, POINT_CHOSEN + 2, isDark ? "#16181b" : "#fff");
  disc(context, at, POINT_CHOSEN, colour(points[chosen].group, isDark));
}

/** The largest groups first; a label that would lie on another one is left out. @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawLabels(context, { points, groups, frame, isDark }) {
  context.font = `${LABEL_FONT} ${getComputedStyle(context.canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const taken = [];
  for (const [group, middle] of [...middles(points)].sort(([, a], [, b]) => b.count - a.count)) {
    const label = groups[group]?.label ?? "";
    const box = around(onScreen(frame, middle), context.measureText(label).width);
    if (!label || taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    context.lineWidth = 4;
    context.strokeStyle = isDark ? "#16181be0" : "#ffffffe0";
    context.strokeText(label, box.x, box.y);
    context.fillStyle = isDark ? "#eceae6" : "#1f1e1b";
    context.fillText(label, box.x, box.y);
  }
}

/** @param {{ x: number, y: number }} at @param {number} width */
function around({ x, y }, width) {
  return { x, y, halfWidth: width / 2 + LABEL_GAP, halfHeight: 8 + LABEL_GAP };
}

/** @param {ReturnType<typeof around>} a @param {ReturnType<typeof around>} b */
function overlap(a, b) {
  return Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth && Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight;
}

/** @param {CanvasRenderingContext2D} context @param {{ x: number, y: number }} at @param {number} radius @param {string} fill */
function disc(context, { x, y }, radius, fill) {
  context.fillStyle = fill;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
