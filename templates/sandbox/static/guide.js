// Your first five minutes: six steps, ticked off as they are really done. One is in the band at the top; the others
// unfold from it, and the whole folds away once all are done.

import { announce, byId, h, icon, isBusy, setBusy } from "./dom.js";

const KEY = "sandbox-guide";

function read() {
  try {
    const { done = [], hidden = false } = JSON.parse(localStorage.getItem(KEY) || "{}");
    return { done: new Set(done), hidden };
  } catch {
    return { done: new Set(), hidden: false };
  }
}

const ALL_DONE = "That is all of it. Everything here is yours to try; nothing leaves this computer.";
const titleOf = (step) => step.querySelector(".guide-step-name").textContent;

export class Guide {
  #steps = [...document.querySelectorAll("[data-step]")];
  #memory = read();
  #shown = null;
  #picked = null;
  #ready = null;
  #go;

  /** go(name): does what the step's button offers; a promise. */
  constructor(go) {
    this.#go = go;
    for (const step of this.#steps) step.querySelector("button").addEventListener("click", () => this.#pick(step.dataset.step));
    byId("guide-go").addEventListener("click", () => this.#start());
    byId("guide-close").addEventListener("click", () => this.#hide(true));
    byId("guide-open").addEventListener("click", () => this.#hide(!byId("guide").hidden));
    byId("guide-again").addEventListener("click", () => this.forget());
    this.#attachFold();
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      this.#memory = read();
      this.#draw();
    });
    this.#draw();
  }

  #attachFold() {
    const button = byId("guide-unfold");
    button.addEventListener("click", () => this.#unfold(byId("guide-more").hidden));
    byId("guide").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || byId("guide-more").hidden) return;
      this.#unfold(false);
      button.focus();
    });
    addEventListener("pointerdown", (event) => byId("guide").contains(event.target) || this.#unfold(false));
  }

  #unfold(isOpen) {
    byId("guide-more").hidden = !isOpen;
    byId("guide-unfold").setAttribute("aria-expanded", String(isOpen));
  }

  /** The step whose words of readiness are so at this moment, or null. */
  setReady(name) {
    if (name === this.#ready) return;
    this.#ready = name;
    this.#draw();
  }

  isDone(name) {
    return this.#memory.done.has(name);
  }

  /** That was really done, whether or not it was this step's turn. */
  tick(name) {
    if (this.isDone(name)) return;
    this.#memory.done.add(name);
    if (this.#picked === name) this.#picked = null;
    const wasHidden = this.#memory.hidden;
    this.#keep();
    if (!wasHidden) announce(`Done: ${titleOf(this.#named(name))}. ${byId("guide-count").textContent}.`);
    if (this.#current() === null && !wasHidden) this.#end();
  }

  /** There is nothing left to lead to. */
  #end() {
    announce(`${ALL_DONE} You find the first five minutes again in the list at the left.`);
    this.#hide(true);
  }

  /** The workspace is new, so nothing has been done in it yet; what folded away because all was done is there again. */
  forget() {
    if (this.#steps.every((step) => this.isDone(step.dataset.step))) this.#memory.hidden = false;
    this.#memory.done.clear();
    this.#picked = null;
    this.#keep();
  }

  #named(name) {
    return this.#steps.find((step) => step.dataset.step === name);
  }

  #keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ done: [...this.#memory.done], hidden: this.#memory.hidden }));
    } catch {
      // Without storage the guide starts over with the next visit.
    }
    this.#draw();
  }

  #hide(isHidden) {
    const hadFocus = byId("guide").contains(document.activeElement);
    this.#memory.hidden = isHidden;
    this.#keep();
    if (!isHidden) byId("guide-title").focus();
    else if (hadFocus) (byId("guide-open").closest("[inert]") ? byId("side-open") : byId("guide-open")).focus();
  }

  #pick(name) {
    this.#picked = name;
    this.#unfold(false);
    this.#draw();
    byId("guide-go").focus();
  }

  #current() {
    return this.#picked || this.#steps.map((step) => step.dataset.step).find((name) => !this.isDone(name)) || null;
  }

  #draw() {
    const { done, hidden } = this.#memory;
    const current = this.#current();
    byId("guide").hidden = hidden;
    if (hidden) this.#unfold(false);
    byId("guide-open").setAttribute("aria-expanded", String(!hidden));
    for (const step of this.#steps) {
      const isDone = done.has(step.dataset.step);
      step.classList.toggle("guide-done", isDone);
      const button = step.querySelector("button");
      if (step.dataset.step === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      step.querySelector(".guide-state").textContent = isDone ? ", done" : ", not done yet";
    }
    const count = this.#steps.filter((step) => done.has(step.dataset.step)).length;
    byId("guide-count").textContent = `${count} of ${this.#steps.length} done`;
    byId("guide-again").hidden = count < this.#steps.length;
    this.#showStep(current === null ? null : this.#named(current));
    if (current !== this.#shown) this.#tell(null);
    this.#shown = current;
  }

  #showStep(step) {
    const isReady = step !== null && step.dataset.step === this.#ready;
    const words = step ? (isReady && step.dataset.ready) || step.dataset.words : ALL_DONE;
    for (const id of ["guide-words", "guide-more-words"]) if (byId(id).textContent !== words) byId(id).textContent = words;
    byId("guide-at").replaceChildren(...(step ? [String(this.#steps.indexOf(step) + 1), h("span", { class: "guide-of" }, ` of ${this.#steps.length}`)] : []));
    byId("guide-name").textContent = step ? titleOf(step) : "First five minutes";
    byId("guide-go").hidden = !step;
    byId("guide-go").textContent = step ? step.dataset.go : "";
  }

  async #start() {
    const button = byId("guide-go");
    if (isBusy(button)) return;
    setBusy(button, true);
    this.#tell(null);
    try {
      await this.#go(this.#current());
    } catch (problem) {
      this.#tell(problem.message);
    } finally {
      setBusy(button, false);
    }
  }

  #tell(sentence) {
    const place = byId("guide-problem");
    place.hidden = !sentence;
    place.replaceChildren(...(sentence ? [icon("alert"), h("span", {}, sentence)] : []));
  }
}
