// Conditions on a switch: what stays wrong until it is put right, of the workspace, a channel or a person.

import { announce, attempt, byId, byKey, h } from "./dom.js";

export class Conditions {
  #set;
  #changed;
  #drawn = "";
  #groups = [];
  #open = new Set();
  #targets = new Map();

  /** set(body) -> what is shown: {name, target?, on}, {notice, target?} or {timezone, target}. changed(words): what is wrong, for the strip. */
  constructor(set, changed) {
    this.#set = set;
    this.#changed = changed;
  }

  show({ standing, groups }) {
    this.#changed(standing.length ? `Wrong until you put it right: ${standing.join("; ")}.` : "");
    const drawing = JSON.stringify(groups);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#groups = groups;
    this.#draw();
  }

  #draw() {
    const root = byId("conditions");
    const key = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    root.replaceChildren(...this.#groups.map((group) => this.#group(group)));
    byKey(root, key)?.focus({ preventScroll: true });
  }

  #group(group) {
    const target = this.#target(group);
    const details = h("details", { class: "condition-group", open: this.#open.has(group.id) },
      h("summary", { class: "condition-summary", dataset: { key: `group/${group.id}` } }, h("h4", { class: "fault-title" }, group.title), h("span", { class: "fault-where" }, countWords(group))),
      group.words ? h("p", { class: "condition-words" }, group.words) : null,
      this.#choice(group, target),
      h("ul", { class: "faults-list" }, group.switches.map((one) => this.#row(group, one, target)), this.#zoneRow(group, target), group.notices.map((one) => this.#notice(one, target))));
    details.addEventListener("toggle", () => this.#open[details.open ? "add" : "delete"](group.id));
    return details;
  }

  #target(group) {
    return group.targets.find(({ id }) => id === this.#targets.get(group.id)) || group.targets[0] || { id: "", name: "", on: [] };
  }

  #choice(group, target) {
    if (!group.label) return null;
    const id = `condition-${group.id}`;
    const select = h("select", { class: "input", id, dataset: { key: `target/${group.id}` } },
      group.targets.map((one) => h("option", { value: one.id, selected: one.id === target.id }, one.on.length ? `${one.name} (${countOn(one)})` : one.name)));
    select.addEventListener("change", () => {
      this.#targets.set(group.id, select.value);
      this.#draw();
    });
    return h("p", { class: "condition-choice" }, h("label", { for: id }, group.label), select);
  }

  #row(group, one, target) {
    const isOn = target.on.includes(one.name);
    const id = `condition-${one.name.replace(/[^a-z]/g, "-")}`;
    const words = `${one.title}${target.name ? `, ${target.name}` : ""}: ${isOn ? "off" : "on"}.`;
    const toggle = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(isOn), "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-words`, dataset: { key: `condition/${one.name}` } },
      h("span", { class: "switch-track", "aria-hidden": "true" }), h("span", { class: "switch-words", "aria-hidden": "true" }, isOn ? "On" : "Off"));
    toggle.addEventListener("click", () => this.#ask({ name: one.name, on: !isOn, ...named(target) }, toggle, words));
    return h("li", { class: isOn ? "fault fault-on" : "fault" },
      h("div", { class: "fault-top" }, h("h5", { id: `${id}-title`, class: "fault-title" }, one.title), toggle),
      h("p", { id: `${id}-words`, class: "fault-words" }, one.words),
      one.code ? h("p", { class: "fault-where" }, `${group.code_words} `, h("code", {}, one.code)) : null);
  }

  #zoneRow(group, target) {
    if (!group.timezones) return null;
    const zones = group.timezones.includes(target.tz) ? group.timezones : [target.tz, ...group.timezones];
    const select = h("select", { class: "input", id: "condition-zone", "aria-describedby": "condition-zone-words", dataset: { key: "zone/person" } },
      zones.map((zone) => h("option", { value: zone, selected: zone === target.tz }, zone.replace("_", " "))));
    select.addEventListener("change", () => this.#ask({ timezone: select.value, ...named(target) }, select, `${target.name} is in ${select.value}.`));
    return h("li", { class: "fault" },
      h("p", { class: "condition-choice" }, h("label", { for: "condition-zone" }, "Their timezone"), select),
      h("p", { id: "condition-zone-words", class: "fault-words" }, "The bot hears of the change. Its times and quiet hours should be those of their place."));
  }

  #notice(one, target) {
    const id = `notice-${one.name}`;
    const button = h("button", { type: "button", class: "button", "aria-labelledby": `${id}-button ${id}-title`, "aria-describedby": `${id}-words`, dataset: { key: `notice/${one.name}` } }, h("span", { id: `${id}-button` }, "Send"));
    button.addEventListener("click", () => this.#ask({ notice: one.name, ...named(target) }, button, `${one.title}: sent.`));
    return h("li", { class: "fault" },
      h("div", { class: "fault-top" }, h("h5", { id: `${id}-title`, class: "fault-title" }, one.title), button),
      h("p", { id: `${id}-words`, class: "fault-words" }, one.words));
  }

  #ask(body, control, words) {
    return attempt(control, byId("conditions-problem"), async () => {
      this.show(await this.#set(body));
      announce(words);
    });
  }
}

const named = (target) => (target.id ? { target: target.id } : {});
const countOn = (target) => (target.on.length === 1 ? "1 on" : `${target.on.length} on`);

function countWords(group) {
  const count = group.targets.reduce((sum, one) => sum + one.on.length, 0);
  return count === 0 ? "All off" : `${count} on`;
}
