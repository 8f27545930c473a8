// Keeps the newest message in sight for someone who is reading there, and never moves anyone who is not.

const NEAR = 80;
const ABOVE = 8;

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

  /**
   * Runs `draw`, which gives the node news begins with, or null. Then settles: at the end if one was there, though never past
   * the beginning of the news; else where one was, with the button.
   */
  around(draw) {
    const wasAtEnd = this.#isAtEnd;
    const news = draw();
    if (!wasAtEnd) {
      if (news) this.#button.hidden = false;
      return;
    }
    this.toEnd();
    if (news) this.#back(news);
  }

  #back(node) {
    const above = this.#box.getBoundingClientRect().top - node.getBoundingClientRect().top;
    if (above > 0) this.#box.scrollTop -= above + ABOVE;
  }
}
