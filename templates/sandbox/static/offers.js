// The list over the box: what could be typed next. The focus stays in the box. Nothing is marked until the arrow keys
// mark it, and then it is the box's active descendant: Enter sends what was typed, unless a line was chosen so.

import { announce, h } from "./dom.js";

const NONE = -1;

export class Offers {
  #box;
  #list;
  #take;
  #now = { from: 0, to: 0, typed: "", offers: [] };
  #active = NONE;
  #spoken = "";

  /** take(completion, offer): an offer was chosen. */
  constructor(box, list, take) {
    this.#box = box;
    this.#list = list;
    this.#take = take;
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[role='option']");
      if (row) this.#choose([...list.children].indexOf(row));
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** Shows what `completions` found; with nothing to add, the list goes. */
  show(now) {
    const { offers, typed } = now;
    const isWhole = offers.length === 1 && same(offers[0].insert, typed);
    if (offers.length === 0 || (isWhole && /\s$/.test(typed))) return this.close();
    this.#now = now;
    this.#list.hidden = false;
    this.#list.setAttribute("aria-label", LABELS[offers[0].kind]);
    this.#list.replaceChildren(...offers.map(row));
    this.#mark(NONE);
    this.#list.scrollTop = 0;
    this.#speak(offers);
  }

  #speak(offers) {
    const words = `${offers.length} ${offers.length === 1 ? ONE[offers[0].kind] : LABELS[offers[0].kind].toLowerCase()}.`;
    if (words !== this.#spoken) announce(`${words} Use the arrow keys to choose, or Tab for the first.`);
    this.#spoken = words;
  }

  close() {
    this.#list.hidden = true;
    this.#spoken = "";
    this.#active = NONE;
    this.#box.removeAttribute("aria-activedescendant");
  }

  /** Marks the next line (1) or the one before (-1); from none, the first or the last. */
  move(step) {
    const { length } = this.#now.offers;
    const from = this.#active === NONE && step < 0 ? 0 : this.#active;
    this.#mark((from + step + length) % length);
  }

  /** The line that is marked; where none is, the first. */
  take() {
    this.#choose(Math.max(this.#active, 0));
  }

  /** Whether the arrow keys have marked a line that says more than what was typed. */
  get hasChoice() {
    const offer = this.#now.offers[this.#active];
    return this.isOpen && offer !== undefined && !same(offer.insert, this.#now.typed);
  }

  #choose(index) {
    const offer = this.#now.offers[index];
    if (offer) this.#take(this.#now, offer);
  }

  #mark(index) {
    this.#active = index;
    for (const [at, node] of [...this.#list.children].entries()) node.setAttribute("aria-selected", String(at === index));
    const marked = this.#list.children[index];
    if (!marked) return this.#box.removeAttribute("aria-activedescendant");
    marked.scrollIntoView({ block: "nearest" });
    this.#box.setAttribute("aria-activedescendant", marked.id);
  }
}

const LABELS = { command: "Commands", ref: "Actions", status: "Statuses", person: "People", window: "Times" };
const ONE = { command: "command", ref: "action", status: "status", person: "person", window: "time" };
const same = (insert, typed) => insert.toLowerCase() === typed.trim().toLowerCase();

function row(offer, index) {
  return h("li", { id: offer.id || `offer-${index}`, class: `command command-${offer.kind}`, role: "option", "aria-selected": "false" },
    h("span", { class: "command-name" }, offer.name), " ",
    h("span", { class: "command-words" }, offer.words || "", offer.detail ? h("span", { class: "command-detail" }, ` ${offer.detail}`) : null));
}
