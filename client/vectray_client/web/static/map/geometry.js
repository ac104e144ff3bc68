/**
 * The map's plane and the screen: which part of the one is seen on the other. Pure.
 *
 * @typedef {{ scale: number, left: number, top: number }} Frame A point (x, y) stands at `left + x * scale`, `top + y * scale`.
 * @typedef {{ width: number, height: number }} Extent In CSS pixels.
 */

const MARGIN = 48;
const LARGEST_ZOOM = 40;

/** @param {Extent} extent @returns {Frame} All of the plane, which reaches from 0 to 1 both ways. */
export function wholeFrame({ width, height }) {
  const scale = Math.max(1, Math.min(width, height) - 2 * MARGIN);
  return { scale, left: (width - scale) / 2, top: (height - scale) / 2 };
}

/** @param {Frame} frame @param {{ x: number, y: number }} point */
export function onScreen({ scale, left, top }, { x, y }) {
  return { x: left + x * scale, y: top + y * scale };
}

/**
 * Zoom around a place on the screen, which stays where it is.
 *
 * @param {Frame} frame
 * @param {{ factor: number, at: { x: number, y: number }, extent: Extent }} how
 * @returns {Frame}
 */
export function zoomed(frame, { factor, at, extent }) {
  const whole = wholeFrame(extent).scale;
  const scale = Math.max(whole, Math.min(frame.scale * factor, whole * LARGEST_ZOOM));
  const grown = scale / frame.scale;
  return { scale, left: at.x - (at.x - frame.left) * grown, top: at.y - (at.y - frame.top) * grown };
}

/** @param {Frame} frame @param {{ x: number, y: number }} by @returns {Frame} */
export function moved({ scale, left, top }, { x, y }) {
  return { scale, left: left + x, top: top + y };
}

/** @param {Frame} frame @param {{ x: number, y: number }} point @param {Extent} extent @returns {Frame} The same, with a point in the middle. */
export function centred({ scale }, { x, y }, { width, height }) {
  return { scale, left: width / 2 - x * scale, top: height / 2 - y * scale };
}

/**
 * Find the point that is nearest to a place on the screen.
 *
 * @param {{ x: number, y: number }[]} points
 * @param {{ frame: Frame, at: { x: number, y: number }, within: number }} where `within` so many pixels.
 * @returns {number} Its number, -1 if none is so near.
 */
export function nearest(points, { frame, at, within }) {
  let best = -1;
  let least = within * within;
  for (const [number, point] of points.entries()) {
    const { x, y } = onScreen(frame, point);
    const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
    if (distance < least) [best, least] = [number, distance];
  }
  return best;
}

/**
 * The middle of each group of points: the medians, which a stray does not move.
 *
 * @param {{ x: number, y: number, group: number }[]} points
 * @returns {Map<number, { x: number, y: number, count: number }>}
 */
export function middles(points) {
  const groups = [...Map.groupBy(points, ({ group }) => group)];
  return new Map(groups.map(([group, members]) => [group, { x: median(members.map(({ x }) => x)), y: median(members.map(({ y }) => y)), count: members.length }]));
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
