// Looking again. Several reasons to look at the same thing become one request, and one look follows another.
// What fails keeps no other look from being taken.

import { Problem } from "./api.js";

const STRANGE = "Something went wrong on this page. Reload it and try again.";

export class Looks {
  #waiting = new Set();
  #isLooking = false;
  #looks;
  #trouble;

  /** looks: { name: () => promise }. trouble(sentence | null) hears what failed, and when it works again. */
  constructor(looks, trouble) {
    this.#looks = looks;
    this.#trouble = trouble;
  }

  again(...names) {
    for (const name of names) this.#waiting.add(name);
    if (!this.#isLooking) this.#run();
  }

  async #run() {
    this.#isLooking = true;
    let trouble = null;
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const [next] = this.#waiting;
      this.#waiting.delete(next);
      trouble = (await this.#look(next)) ?? trouble;
    }
    this.#trouble(trouble);
    this.#isLooking = false;
  }

  /** What went wrong, as a sentence; null when nothing did. */
  async #look(name) {
    try {
      await this.#looks[name]();
      return null;
    } catch (problem) {
      if (problem instanceof Problem) return problem.message;
      console.error(problem);
      return STRANGE;
    }
  }
}
