// The simulated time: what it is, what comes next, and everything that moves it.

import { ask } from "./ask.js";
import { announce, byId, h, isBusy, setBusy } from "./dom.js";
import { shortDayWords, timeWords } from "./dates.js";
import { Playing } from "./playing.js";

const MOST_UPCOMING = 4;
const LONG_DATE = /^(\p{L}{3})\p{L}* (\d+) (\p{L}{3})\p{L}*/u;

export class ClockBar {
  #buttons = [...document.querySelectorAll("[data-move]")];
  #hooks;
  #playing;

  /** hooks: move({to, date?}) -> {words, now}, now being the time as words have it; play(), stop(), reset(), zone(). */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#playing = new Playing({ stop: hooks.stop, tell: (words, how) => this.#tell(words, how), busy: (isIt) => this.#hold(isIt) });
    for (const button of this.#buttons) if (button.type !== "submit") button.addEventListener("click", () => this.#move(button));
    byId("clock-date").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#move(event.submitter || byId("clock-date").querySelector("button"), byId("clock-day").value);
    });
    byId("play").addEventListener("click", () => this.#play());
    byId("start-again").addEventListener("click", () => this.#startAgain());
    byId("happened-close").addEventListener("click", () => this.#tell(null));
    this.#attachToggle();
  }

  #attachToggle() {
    const toggle = byId("clock-toggle");
    const open = (isOpen) => {
      byId("clock-moves").hidden = !isOpen;
      byId("clock").classList.toggle("open", isOpen);
      toggle.setAttribute("aria-expanded", String(isOpen));
    };
    toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
    byId("clock-moves").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      open(false);
      toggle.focus();
    });
  }

  show(clock) {
    const now = byId("clock-now");
    this.#time(clock.now_words);
    if (clock.now_iso) now.setAttribute("datetime", clock.now_iso);
    const upcoming = together(clock.upcoming || []);
    byId("upcoming").replaceChildren(...upcoming.slice(0, MOST_UPCOMING).map((event) => this.#event(event)));
    byId("upcoming-none").hidden = upcoming.length > 0;
    byId("clock-day").min = dayAfter(clock.now_iso);
    this.#playing.found(clock.playing || null);
  }

  /** What the sandbox tells of a quarter, or a long move, under way: "playing" events and the last, "played". */
  heard(event) {
    if (event.type === "playing") {
      this.#time(event.now_words);
      this.#playing.show(event);
    } else {
      this.#playing.ended(event);
    }
  }

  #time(words) {
    byId("clock-now").textContent = words;
    byId("clock-short").textContent = words.replace(LONG_DATE, "$1 $2 $3");
  }

  /** As if that button were pressed; false when the clock could not move. */
  step(to) {
    return this.#move(document.querySelector(`#clock-moves [data-move="${to}"]`));
  }

  #event({ at, short, words }) {
    const seconds = Date.parse(at) / 1000;
    const spelt = Number.isNaN(seconds) ? "" : `${shortDayWords(seconds, this.#hooks.zone())}, ${timeWords(seconds, this.#hooks.zone())}`;
    return h("li", {}, h("time", { datetime: at }, short || spelt), " ", h("span", { class: "upcoming-words" }, words));
  }

  async #move(button, date) {
    if (this.#buttons.some(isBusy)) return false;
    this.#tell(null);
    this.#hold(true);
    setBusy(button, true);
    try {
      const { words, now } = await this.#hooks.move(date ? { to: "date", date } : { to: button.dataset.move });
      this.#tell(words, { now });
      return true;
    } catch (problem) {
      this.#tell(problem.message, { isProblem: true });
      return false;
    } finally {
      setBusy(button, false);
      this.#hold(false);
    }
  }

  /** While the clock moves, nothing else may move it. */
  #hold(isHeld) {
    byId("clock").classList.toggle("moving", isHeld);
    for (const one of [...this.#buttons, byId("play")]) {
      if (isHeld) one.setAttribute("aria-disabled", "true");
      else setBusy(one, false);
    }
  }

  async #play() {
    if (isBusy(byId("play"))) return;
    this.#tell(null);
    this.#hold(true);
    try {
      await this.#hooks.play();
      this.#playing.begin();
    } catch (problem) {
      this.#hold(false);
      this.#tell(problem.message, { isProblem: true });
    }
  }

  /** now: the time that is shown beside it, which it need not say again. */
  #tell(words, { isProblem = false, now = "" } = {}) {
    const place = byId("happened-words");
    byId("happened").hidden = !words;
    byId("happened").classList.toggle("happened-problem", isProblem);
    place.textContent = withoutTime(words || "", now);
    place.title = words || "";
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
      this.#tell(problem.message, { isProblem: true });
    } finally {
      setBusy(button, false);
    }
  }
}

function withoutTime(words, now) {
  const rest = now ? words.replace(`It is now ${now}.`, "").replace(/\s+/g, " ").trim() : words;
  return rest || words;
}

/** What happens at the same moment is one event: "weekly digest and six prompts". */
function together(upcoming) {
  const found = new Map();
  for (const event of upcoming) {
    const before = found.get(event.at);
    found.set(event.at, before ? { ...before, words: `${before.words} and ${event.words}` } : event);
  }
  return [...found.values()];
}

/** The day after an ISO moment, as a date field wants it. */
function dayAfter(iso) {
  if (!iso) return "";
  const day = new Date(`${iso.slice(0, 10)}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
