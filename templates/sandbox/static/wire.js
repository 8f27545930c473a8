// What went over the wire: each request and its answer, newest first, as they happen.

import { byId, h, icon } from "./dom.js";
import { readable } from "./readable.js";

const MOST_SHOWN = 400;

export class Wire {
  #list = byId("wire-list");
  #kept = [];
  #after = 0;
  #isOpen = false;
  #hasMissed = false;
  #rows = new Map();
  #read;

  /** hooks: read(after) -> {exchanges, latest, more, missed}, clear(). */
  constructor({ read, clear }) {
    this.#read = read;
    byId("wire-search").addEventListener("input", () => this.#draw());
    byId("wire-way").addEventListener("change", () => this.#draw());
    byId("wire-clear").addEventListener("click", async () => {
      await clear();
      this.#forget();
      this.#draw();
    });
  }

  async opened(isOpen) {
    this.#isOpen = isOpen;
  }

  /** Fetches what is new. For a promise queue: fails as the request fails. */
  async look() {
    if (!this.#isOpen) return;
    let more = true;
    while (more) {
      const answer = await this.#read(this.#after);
      if (answer.latest < this.#after) this.#forget();
      this.#after = answer.latest;
      this.#hasMissed ||= Boolean(answer.missed);
      this.#kept.push(...answer.exchanges);
      more = Boolean(answer.more) && answer.exchanges.length > 0;
    }
    for (const gone of this.#kept.splice(0, this.#kept.length - MOST_SHOWN)) this.#rows.delete(gone.n);
    this.#draw();
  }

  #forget() {
    this.#kept = [];
    this.#rows.clear();
    this.#hasMissed = false;
  }

  #draw() {
    const shown = this.#kept.filter((one) => this.#fits(one)).reverse();
    const rows = shown.map((one) => this.#row(one));
    const wanted = new Set(rows);
    for (const child of [...this.#list.children]) if (!wanted.has(child)) child.remove();
    let at = this.#list.firstElementChild;
    for (const row of rows) {
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
    }
    byId("wire-none").hidden = rows.length > 0;
    byId("wire-none").textContent = this.#kept.length ? "No request fits what you are looking for." : "Nothing yet. Press a button or send a command, and watch.";
    byId("wire-count").textContent = this.#counted(rows.length);
  }

  #counted(count) {
    if (this.#kept.length === 0) return "";
    const words = count === this.#kept.length ? `${count} ${count === 1 ? "request" : "requests"}` : `${count} of ${this.#kept.length} requests`;
    return this.#hasMissed ? `${words}. Older ones are no longer kept.` : words;
  }

  #fits(one) {
    const way = byId("wire-way").value;
    if (way === "failed" ? !hasFailed(one) : way && one.direction !== way) return false;
    const wanted = byId("wire-search").value.trim().toLowerCase();
    return !wanted || [one.title, one.method, one.path, one.status, one.body, one.response].join("\n").toLowerCase().includes(wanted);
  }

  #row(one) {
    if (!this.#rows.has(one.n)) this.#rows.set(one.n, exchange(one));
    return this.#rows.get(one.n);
  }
}

/** Also what the workspace refuses with a 200 and {"ok": false}. */
const hasFailed = (one) => one.status === 0 || one.status >= 400 || /^\s*\{"ok":\s*false/.test(one.response || "");

const answered = (one) => (one.status === 0 ? "no answer" : String(one.status));

function exchange(one) {
  const isToBot = one.direction === "to the bot";
  const isBad = hasFailed(one);
  const details = h("div", { class: "wire-details", id: `wire-${one.n}`, hidden: true });
  const button = h("button", { type: "button", class: "wire-row", "aria-expanded": "false", "aria-controls": `wire-${one.n}`, dataset: { key: `wire/${one.n}` } },
    h("span", { class: `wire-way ${isToBot ? "wire-in" : "wire-out"}` }, isToBot ? "To the bot" : "To the workspace"),
    h("span", { class: "wire-title" }, one.title || `${one.method} ${one.path}`),
    h("span", { class: isBad ? "wire-status wire-bad" : "wire-status" }, isBad ? icon("alert") : null, isBad && one.status === 200 ? "200, refused" : answered(one)),
    h("span", { class: "wire-took" }, `${Math.round(one.milliseconds)} ms`),
    h("time", { class: "wire-at", datetime: one.at_iso }, time(one)));
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    if (isOpen && !details.hasChildNodes()) details.append(...inFull(one));
    button.setAttribute("aria-expanded", String(isOpen));
    details.hidden = !isOpen;
  });
  return h("li", { class: "wire-one" }, button, details);
}

function time(one) {
  const at = new Date(one.at_iso);
  return Number.isNaN(at.getTime()) ? one.at_words : at.toLocaleTimeString("en-GB");
}

function inFull(one) {
  const lines = (headers) => Object.entries(headers || {}).map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    h("h3", { class: "wire-heading" }, "Request"),
    part(`Request line and headers`, `${one.method} ${one.path}\n${lines(one.headers)}`),
    part("Body", readable(one.body)),
    h("h3", { class: "wire-heading" }, `Answer: ${answered(one)}, after ${one.milliseconds} ms`),
    part("Headers", lines(one.response_headers)),
    part("Body", readable(one.response)),
  ];
}

function part(label, text) {
  if (!text) return h("p", { class: "wire-empty" }, `${label}: empty`);
  return h("figure", { class: "wire-part" }, h("figcaption", {}, label), h("pre", { tabindex: "0", role: "group", "aria-label": label }, text));
}
