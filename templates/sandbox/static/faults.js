// Faults on a switch: what can go wrong once, what is armed, and a way to put everything right.

import { announce, attempt, byId, byKey, h } from "./dom.js";

const TIMES = [1, 2, 3, 5, 10];
const PLACES = { posting: "Happens when the bot posts", "any call": "Happens to any call of the bot", deliveries: "Happens to what people do" };

export class Faults {
  #set;
  #changed;
  #drawn = "";
  #armed = new Map();
  #chosen = new Map();

  /** set(body) -> { armed, kinds }: {kind, times} or {disarm}. changed(words): what is armed, for the strip. */
  constructor(set, changed) {
    this.#set = set;
    this.#changed = changed;
  }

  show({ armed, kinds }) {
    this.#changed(armedWords(armed, kinds));
    const drawing = JSON.stringify([armed, kinds]);
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#armed = new Map(armed.map((one) => [one.kind, one]));
    const list = byId("faults-list");
    const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    list.replaceChildren(...kinds.map((kind) => this.#row(kind)));
    byKey(list, key)?.focus({ preventScroll: true });
  }

  #row(kind) {
    const armed = this.#armed.get(kind.kind);
    const name = `fault-${kind.kind}`;
    const toggle = h("button", { type: "button", role: "switch", class: "switch", "aria-checked": String(Boolean(armed)), "aria-labelledby": `${name}-title`, "aria-describedby": `${name}-words`, dataset: { key: `fault/${kind.kind}` } },
      h("span", { class: "switch-track", "aria-hidden": "true" }), h("span", { class: "switch-words", "aria-hidden": "true" }, armed ? `On, ${armed.left} left` : "Off"));
    const times = h("select", { class: "input", id: `${name}-times`, dataset: { key: `times/${kind.kind}` } },
      TIMES.filter((count) => count <= (kind.most || 20)).map((count) => h("option", { value: count, selected: count === (this.#chosen.get(kind.kind) || 1) }, count === 1 ? "once" : `${count} times`)));
    times.addEventListener("change", () => this.#chosen.set(kind.kind, Number(times.value)));
    toggle.addEventListener("click", () => (armed
      ? this.#ask({ disarm: armed.id }, toggle, `${kind.title} is off.`)
      : this.#ask({ kind: kind.kind, times: Number(times.value) }, toggle, `${kind.title} is on.`)));
    return h("li", { class: armed ? "fault fault-on" : "fault" },
      h("div", { class: "fault-top" }, h("h4", { id: `${name}-title`, class: "fault-title" }, kind.title), toggle),
      h("p", { id: `${name}-words`, class: "fault-words" }, kind.words),
      h("p", { class: "fault-times" }, h("span", { class: "fault-where" }, PLACES[kind.where] || kind.where), h("label", { for: `${name}-times`, class: "sr" }, `How often: ${kind.title}`), times));
  }

  #ask(body, control, words) {
    return attempt(control, byId("faults-problem"), async () => {
      this.show(await this.#set(body));
      announce(words);
    });
  }
}

function armedWords(armed, kinds) {
  const title = (one) => kinds.find(({ kind }) => kind === one.kind)?.title || one.kind;
  return armed.length ? `Going to go wrong: ${armed.map((one) => `${title(one)} (${one.left} left)`).join(", ")}.` : "";
}
