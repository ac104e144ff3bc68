/** The page's icons: lines on a field of 24 by 24. */

import { drawing } from "./element.js";

const PATHS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.2 15.2 20 20",
  map: "M5.5 7a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0ZM15 5.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0ZM10 13a2 2 0 1 0 4 0 2 2 0 1 0-4 0ZM4.5 18a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0ZM17 18.5a1 1 0 1 0 2 0 1 1 0 1 0-2 0Z",
  folder: "M3.5 6.5v11a1.5 1.5 0 0 0 1.5 1.5h14a1.5 1.5 0 0 0 1.5-1.5V9A1.5 1.5 0 0 0 19 7.5h-7L10 5H5a1.5 1.5 0 0 0-1.5 1.5Z",
  problem: "M12 4 21 19.5H3L12 4ZM12 10v4.5M12 17v.2",
  model: "M12 3.5 20 8v8l-8 4.5L4 16V8l8-4.5ZM4 8l8 4.5L20 8M12 12.5v8",
  settings: "M4 7h9M17 7h3M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0ZM4 17h3M11 17h9M7 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0Z",
  open: "M14 4.5h5.5V10M19.5 4.5 11 13M17.5 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5h4",
  copy: "M8.5 8.5h11v11h-11v-11ZM15.5 8.5v-4h-11v11h4",
  like: "M3.5 9.5c3-3.5 5.5-3.5 8.5 0s5.5 3.5 8.5 0M3.5 15.5c3-3.5 5.5-3.5 8.5 0s5.5 3.5 8.5 0",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  right: "M9.5 6l6 6-6 6",
  up: "M12 19V5M6 11l6-6 6 6",
  pause: "M8.5 5v14M15.5 5v14",
  play: "M7 5l12 7-12 7V5Z",
  again: "M19.5 12a7.5 7.5 0 1 1-2.5-5.6M17.5 3v4h-4",
  add: "M12 5v14M5 12h14",
  remove: "M5 12h14",
  bin: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10 10.5v5.5M14 10.5v5.5",
  theme: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 4v16M12 8.5h5M12 12h7.5M12 15.5h5",
  keys: "M3.5 6.5h17v11h-17v-11ZM7 10h.2M10.5 10h.2M14 10h.2M17 10h.2M8 14h8",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.5l3 2",
  tag: "M4 4.5h7.5l8.5 8.5-7 7-9-9V4.5ZM8 8.2v.2",
  name: "M4 18 9.5 5.5 15 18M6 14h7M17 11v7M20 11v7",
  whole: "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
  check: "M5 12.5l4.5 4.5L19 7.5",
  question: "M9 9.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 18v.2",
};

/**
 * Draw an icon.
 *
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  return drawing(PATHS[name]);
}
