/** How one thing is chosen: among a few words, or on and off. */

import { h } from "../page/element.js";

/**
 * @param {{ name: string, legend: string, chosen: string, all: [value: string, label: string][], choose: (value: string) => void }} choice
 */
export function radios({ name, legend, chosen, all, choose }) {
  return h(
    "fieldset",
    { class: "setting" },
    h("legend", {}, legend),
    h("div", { class: "segments" }, all.map(([value, label]) =>
      h("label", {}, h("input", { type: "radio", name, value, checked: value === chosen, on: { change: () => choose(value) } }), h("span", {}, label)),
    )),
  );
}

/**
 * @param {{ name: string, isOn: boolean, label: string, help?: string, choose: (isOn: boolean) => void }} choice
 */
export function toggle({ name, isOn, label, help = "", choose }) {
  const id = `${name.replace(".", "-")}-help`;
  const listen = { change: (/** @type {any} */ event) => choose(event.target.checked) };
  return h(
    "div",
    { class: "setting" },
    h("label", { class: "switch" }, h("input", { type: "checkbox", role: "switch", name, checked: isOn, "aria-describedby": help ? id : null, on: listen }), h("span", {}, label)),
    help && h("p", { class: "muted", id }, help),
  );
}
