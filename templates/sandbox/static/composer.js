// The box at the bottom: what can be typed, what was typed before, and what came of it.

import { completions } from "./completion.js";
import { byId, h, icon, isBusy, setBusy } from "./dom.js";
import { Offers } from "./offers.js";

const KEPT_LINES = 50;

export class Composer {
  #box = byId("box");
  #send = byId("send");
  #commands = [...byId("commands").children].map(readCommand);
  #offers = new Offers(byId("box"), byId("commands"), (now, offer) => this.#take(now, offer));
  #known = { refs: [], statuses: [], people: [] };
  #said = [];
  #at = null;
  #draft = "";
  #changing = null;
  #hooks;

  /** hooks: say(text) and edit(ts, text), each a promise failing with a Problem whose sentence is shown under the box; hint(), which asks for what to offer; changed(text), what is in the box now. */
  constructor(hooks) {
    this.#hooks = hooks;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("changing-end").addEventListener("click", () => this.#stopChanging());
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("blur", () => this.#offers.close());
    this.#box.addEventListener("focus", () => {
      hooks.hint();
      this.#offer();
    });
  }

  /** What the sandbox knows to offer: { refs, statuses, people }. */
  knows(hints) {
    this.#known = { refs: [], statuses: [], people: [], ...hints };
    if (this.#offers.isOpen || (document.activeElement === this.#box && /\s$/.test(this.#box.value))) this.#offer();
  }

  /** Elsewhere, what went wrong here is of no use. */
  forget() {
    this.tell(null);
    if (this.#changing) this.#stopChanging();
  }

  /** What is in the box and can go along with a file: a message, not a command. */
  words() {
    const text = this.#box.value.trim();
    return text.startsWith("/") || this.#changing ? "" : text;
  }

  empty() {
    this.#put("");
  }

  /** Puts the words of a message into the box; what is sent then takes their place. */
  edit(ts, text) {
    this.#settleChanging(ts);
    this.suggest(text);
  }

  #stopChanging() {
    this.#settleChanging(null);
    this.#put("");
    this.#box.focus();
  }

  #settleChanging(ts) {
    this.#changing = ts;
    byId("changing").hidden = ts === null;
  }

  /** Puts a line in the box for someone to look at and send. */
  suggest(text) {
    this.#put(text);
    this.tell(null);
    this.#box.focus();
    this.#offers.close();
    this.#box.setSelectionRange(text.length, text.length);
  }

  #typed() {
    this.#at = null;
    this.#grow();
    this.#offer();
  }

  #grow() {
    this.#hooks.changed(this.#box.value);
    this.#box.style.height = "auto";
    this.#box.style.height = `${Math.min(this.#box.scrollHeight + 2, 200)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    const { isOpen } = this.#offers;
    if (event.key === "Enter" && !event.shiftKey) return this.#enter(event);
    if (event.key === "Tab" && isOpen) return this.#tab(event);
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      return this.#offers.close();
    }
    if (event.key === "Escape" && this.#changing) {
      event.preventDefault();
      return this.#stopChanging();
    }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") this.#arrow(event, isOpen);
  }

  #enter(event) {
    event.preventDefault();
    if (this.#offers.hasChoice) this.#offers.take();
    else this.#submit();
  }

  /** Forward takes what is marked, or the first; back puts the list away, so that it is not on the way. */
  #tab(event) {
    if (event.shiftKey) return this.#offers.close();
    event.preventDefault();
    this.#offers.take();
  }

  #arrow(event, isOpen) {
    const isUp = event.key === "ArrowUp";
    if (isOpen && this.#at === null) {
      event.preventDefault();
      return this.#offers.move(isUp ? -1 : 1);
    }
    const before = this.#box.value.slice(0, this.#box.selectionStart);
    const after = this.#box.value.slice(this.#box.selectionEnd);
    if (isUp ? before.includes("\n") : after.includes("\n")) return;
    if (this.#recall(isUp ? 1 : -1)) event.preventDefault();
  }

  /** Steps back (1) or forward (-1) through what was said; false when there is nothing there. */
  #recall(step) {
    const next = (this.#at ?? -1) + step;
    if (next >= this.#said.length || next < -1 || (this.#at === null && step < 0)) return false;
    if (this.#at === null) this.#draft = this.#box.value;
    this.#at = next === -1 ? null : next;
    this.#put(this.#at === null ? this.#draft : this.#said.at(-1 - this.#at));
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
    this.#offers.close();
    return true;
  }

  #offer() {
    this.#usage();
    this.#offers.show(completions(this.#box.value, this.#box.selectionStart, { ...this.#known, commands: this.#commands }));
  }

  /** While a command is being filled in, its pattern stays in sight. */
  #usage() {
    const typed = this.#box.value.toLowerCase().replace(/\s+/g, " ");
    const known = this.#commands.find(({ name }) => typed.startsWith(`/cip ${name}`) && typed.length > `/cip ${name}`.length);
    byId("usage").textContent = known ? known.usage : byId("usage").dataset.rest;
    byId("usage").classList.toggle("usage-rest", !known);
  }

  /** The offer takes the place of what was typed of it; what follows is offered at once. */
  #take({ from, to }, offer) {
    const before = this.#box.value.slice(0, from) + offer.insert;
    const after = this.#box.value.slice(to).trimStart();
    this.#box.value = `${before} ${after}`;
    this.#box.focus();
    this.#box.setSelectionRange(before.length + 1, before.length + 1);
    this.#offers.close();
    this.#typed();
  }

  async #submit() {
    const text = this.#box.value.trim();
    if (text === "" || isBusy(this.#send)) return;
    this.#offers.close();
    this.tell(null);
    this.#remember(text);
    this.#put("");
    setBusy(this.#send, true);
    const ts = this.#changing;
    try {
      await (ts ? this.#hooks.edit(ts, text) : this.#hooks.say(text));
      this.#settleChanging(null);
    } catch (problem) {
      if (this.#box.value === "") this.#put(text);
      this.tell(problem.message);
    } finally {
      setBusy(this.#send, false);
    }
  }

  #remember(text) {
    if (this.#said.at(-1) !== text) this.#said.push(text);
    this.#said.splice(0, this.#said.length - KEPT_LINES);
    this.#at = null;
  }

  #put(text) {
    this.#box.value = text;
    this.#grow();
    this.#usage();
  }

  /** What went wrong, under the box; null takes it away. */
  tell(sentence) {
    const place = byId("composer-problem");
    place.hidden = !sentence;
    place.replaceChildren(...(sentence ? [icon("alert"), h("span", {}, sentence)] : []));
  }
}

const readCommand = (row) => ({ name: row.dataset.name, words: row.dataset.words, usage: row.dataset.usage });
