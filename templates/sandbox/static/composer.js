// The box at the bottom: what can be typed, what was typed before, and what came of it.

import { announce, byId, h, icon, isBusy, setBusy } from "./dom.js";

const KEPT_LINES = 50;

export class Composer {
  #box = byId("box");
  #send = byId("send");
  #list = byId("commands");
  #offers = [...byId("commands").children];
  #said = [];
  #at = null;
  #draft = "";
  #active = -1;
  #say;

  /** say(text): a promise; it fails with a Problem whose sentence is shown under the box. */
  constructor(say) {
    this.#say = say;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#box.addEventListener("blur", () => setTimeout(() => this.#closeList(), 120));
    this.#box.addEventListener("focus", () => this.#offer());
    for (const offer of this.#offers) {
      offer.addEventListener("pointerdown", (event) => event.preventDefault());
      offer.addEventListener("click", () => this.#take(offer));
    }
  }

  /** Elsewhere, what went wrong here is of no use. */
  forget() {
    this.#tell(null);
  }

  #typed() {
    this.#at = null;
    this.#grow();
    this.#offer();
  }

  #grow() {
    this.#box.style.height = "auto";
    this.#box.style.height = `${Math.min(this.#box.scrollHeight + 2, 200)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    const isOpen = !this.#list.hidden;
    if (event.key === "Enter" && !event.shiftKey) return this.#enter(event, isOpen);
    if (event.key === "Tab" && isOpen) return this.#tab(event);
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      return this.#closeList();
    }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") this.#arrow(event, isOpen);
  }

  #enter(event, isOpen) {
    event.preventDefault();
    const offer = isOpen ? this.#shown()[this.#active] : undefined;
    if (offer && offer.dataset.insert.trim() !== this.#box.value.trim()) this.#take(offer);
    else this.#submit();
  }

  /** Forward takes what is marked; back puts the list away, so that it is not on the way. */
  #tab(event) {
    if (event.shiftKey) return this.#closeList();
    event.preventDefault();
    this.#take(this.#shown()[this.#active]);
  }

  #arrow(event, isOpen) {
    const isUp = event.key === "ArrowUp";
    if (isOpen && this.#at === null) {
      event.preventDefault();
      return this.#mark((this.#active + (isUp ? -1 : 1) + this.#shown().length) % this.#shown().length);
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
    this.#box.value = this.#at === null ? this.#draft : this.#said.at(-1 - this.#at);
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
    this.#grow();
    this.#closeList();
    return true;
  }

  #shown() {
    return this.#offers.filter((offer) => !offer.hidden);
  }

  #offer() {
    const typed = this.#box.value.toLowerCase().replace(/\s+/g, " ");
    const isAsking = typed.startsWith("/") && !typed.includes("\n");
    for (const offer of this.#offers) offer.hidden = !isAsking || !offer.dataset.insert.trim().startsWith(typed.trim());
    this.#usage(typed);
    const shown = this.#shown();
    const isChosen = shown.length === 1 && typed.startsWith(shown[0].dataset.insert.trim()) && typed.endsWith(" ");
    if (shown.length === 0 || isChosen) return this.#closeList();
    const wasHidden = this.#list.hidden;
    this.#list.hidden = false;
    this.#mark(Math.min(Math.max(this.#active, 0), shown.length - 1));
    if (wasHidden) announce(`${shown.length} commands. Use the arrow keys to choose.`);
  }

  /** While a command is being filled in, its pattern stays in sight. */
  #usage(typed) {
    const known = this.#offers.find((offer) => typed.startsWith(offer.dataset.insert.trim()) && typed.length > offer.dataset.insert.trim().length);
    byId("usage").textContent = known ? known.dataset.usage : byId("usage").dataset.rest;
    byId("usage").classList.toggle("usage-rest", !known);
  }

  #mark(index) {
    this.#active = index;
    for (const offer of this.#offers) offer.setAttribute("aria-selected", "false");
    const offer = this.#shown()[index];
    if (!offer) return;
    offer.setAttribute("aria-selected", "true");
    offer.scrollIntoView({ block: "nearest" });
    this.#box.setAttribute("aria-activedescendant", offer.id);
  }

  #closeList() {
    this.#list.hidden = true;
    this.#active = -1;
    this.#box.removeAttribute("aria-activedescendant");
  }

  #take(offer) {
    this.#box.value = offer.dataset.insert;
    this.#box.focus();
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
    this.#grow();
    this.#closeList();
    this.#usage(this.#box.value.toLowerCase());
  }

  async #submit() {
    const text = this.#box.value.trim();
    if (text === "" || isBusy(this.#send)) return;
    this.#closeList();
    this.#tell(null);
    this.#remember(text);
    this.#put("");
    setBusy(this.#send, true);
    try {
      await this.#say(text);
    } catch (problem) {
      if (this.#box.value === "") this.#put(text);
      this.#tell(problem.message);
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
    this.#usage(text.toLowerCase());
  }

  #tell(sentence) {
    const place = byId("composer-problem");
    place.hidden = !sentence;
    place.replaceChildren(...(sentence ? [icon("alert"), h("span", {}, sentence)] : []));
  }
}
