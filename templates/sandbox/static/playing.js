// Fast motion: how far it has come, what was sent on the way, and Stop.

import { byId, isBusy, setBusy } from "./dom.js";

const SHOWN_AFTER_MS = 600;
const STALE_MS = 5000;

export class Playing {
  #hooks;
  #timer = null;
  #isOn = false;
  #endedAt = 0;

  /** hooks: stop() -> words, tell(words, { isProblem, now }), busy(isIt). */
  constructor(hooks) {
    this.#hooks = hooks;
    byId("play-stop").addEventListener("click", () => this.#stop());
  }

  begin() {
    this.#draw({ words: "Setting off.", percent: 0 });
    byId("play-stop").focus();
  }

  /** event: as `show` takes it, out of a look at the whole workspace. What was looked up before the end may come after it. */
  found(event) {
    if (Date.now() - this.#endedAt > STALE_MS) this.show(event);
  }

  /** event: the last "playing" event, or null when the clock stands. A short step is over before it needs a bar. */
  show(event) {
    if (event === null) return;
    this.#hooks.busy(true);
    this.#isOn = true;
    if (event.kind === "quarter" || !byId("playing").hidden) return this.#draw(event);
    this.#timer ??= setTimeout(() => this.#isOn && this.#draw(event), SHOWN_AFTER_MS);
  }

  #draw(event) {
    byId("playing").hidden = false;
    byId("playing-words").textContent = event.words || event.now_words || "";
    byId("playing-bar").value = event.percent ?? 0;
  }

  ended(event) {
    this.#endedAt = Date.now();
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#isOn = false;
    const hadFocus = byId("playing").contains(document.activeElement);
    byId("playing").hidden = true;
    setBusy(byId("play-stop"), false);
    this.#hooks.busy(false);
    if (event.kind === "quarter") this.#hooks.tell(event.words, { isProblem: event.reason === "failed", now: event.now_words });
    if (hadFocus) (byId("clock-moves").hidden ? byId("clock-toggle") : byId("play")).focus();
  }

  async #stop() {
    const button = byId("play-stop");
    if (isBusy(button)) return;
    setBusy(button, true);
    try {
      await this.#hooks.stop();
    } catch (problem) {
      this.#hooks.tell(problem.message, { isProblem: true });
      setBusy(button, false);
    }
  }
}
