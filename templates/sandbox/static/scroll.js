// Keeps the newest message in sight for someone who is reading there, and never moves anyone who is not.

const NEAR = 80;

export class Scroll {
  #box;
  #button;
  #isAtEnd = true;

  /** box: what scrolls. button: "New messages", shown when some arrive out of sight. */
  constructor(box, button) {
    this.#box = box;
    this.#button = button;
    box.addEventListener("scroll", () => this.#look(), { passive: true });
    button.addEventListener("click", () => {
      this.toEnd();
      box.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(box);
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#isAtEnd) this.#button.hidden = true;
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#isAtEnd = true;
    this.#button.hidden = true;
  }

  /** Runs `draw`, then settles: at the end if one was there, else where one was, with the button when `draw` says news came. */
  around(draw) {
    const wasAtEnd = this.#isAtEnd;
    const hasNews = draw();
    if (wasAtEnd) this.toEnd();
    else if (hasNews) this.#button.hidden = false;
  }
}
