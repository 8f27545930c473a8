// The simulated time: what it is, what comes next, and the buttons that move it.

import { ask } from "./ask.js";
import { announce, byId, h, isBusy, setBusy } from "./dom.js";
import { shortDayWords, timeWords } from "./dates.js";

const MOST_UPCOMING = 4;

export class ClockBar {
  #buttons = [...document.querySelectorAll("[data-move]")];
  #hooks;

  /** hooks: move(to) -> words, reset(), zone(). */
  constructor(hooks) {
    this.#hooks = hooks;
    for (const button of this.#buttons) button.addEventListener("click", () => this.#move(button));
    byId("start-again").addEventListener("click", () => this.#startAgain());
    byId("happened-close").addEventListener("click", () => this.#tell(null));
    const toggle = byId("clock-toggle");
    toggle.addEventListener("click", () => {
      const isOpen = byId("clock").classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(isOpen));
    });
  }

  show(clock) {
    const now = byId("clock-now");
    now.textContent = clock.now_words;
    if (clock.now_iso) now.setAttribute("datetime", clock.now_iso);
    const upcoming = clock.upcoming || [];
    byId("upcoming").replaceChildren(...upcoming.slice(0, MOST_UPCOMING).map((event) => this.#event(event)));
    byId("upcoming-none").hidden = upcoming.length > 0;
  }

  #event({ at, words }) {
    const seconds = Date.parse(at) / 1000;
    const when = Number.isNaN(seconds) ? "" : `${shortDayWords(seconds, this.#hooks.zone())}, ${timeWords(seconds, this.#hooks.zone())}`;
    return h("li", {}, h("time", { datetime: at }, when), " ", h("span", { class: "upcoming-words" }, words));
  }

  async #move(button) {
    if (this.#buttons.some(isBusy)) return;
    this.#tell(null);
    for (const one of this.#buttons) one.setAttribute("aria-disabled", "true");
    setBusy(button, true);
    byId("clock").classList.add("moving");
    try {
      this.#tell(await this.#hooks.move(button.dataset.move));
    } catch (problem) {
      this.#tell(problem.message, true);
    } finally {
      byId("clock").classList.remove("moving");
      for (const one of this.#buttons) setBusy(one, false);
    }
  }

  #tell(words, isProblem = false) {
    byId("happened").hidden = !words;
    byId("happened").classList.toggle("happened-problem", isProblem);
    byId("happened-words").textContent = words || "";
    if (words) announce(words);
  }

  async #startAgain() {
    const isSure = await ask({
      title: "Start again?",
      body: "Everything said and changed in this practice workspace is wiped, and the plan goes back to how it was at the start. This cannot be undone.",
      yes: "Wipe and start again",
      no: "Keep everything",
      isDanger: true,
    });
    if (!isSure) return;
    const button = byId("start-again");
    setBusy(button, true);
    try {
      await this.#hooks.reset();
      this.#tell("Started again from the beginning.");
    } catch (problem) {
      this.#tell(problem.message, true);
    } finally {
      setBusy(button, false);
    }
  }
}
