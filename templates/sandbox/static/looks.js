// Looking again. Several reasons to look at the same thing become one request, and one look follows another.

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
    try {
      await Promise.resolve();
      while (this.#waiting.size > 0) {
        const [next] = this.#waiting;
        this.#waiting.delete(next);
        await this.#looks[next]();
      }
      this.#trouble(null);
    } catch (problem) {
      this.#waiting.clear();
      this.#trouble(problem instanceof Problem ? problem.message : STRANGE);
      if (!(problem instanceof Problem)) console.error(problem);
    } finally {
      this.#isLooking = false;
    }
  }
}
