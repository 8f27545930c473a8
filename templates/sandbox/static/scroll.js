// Keeps the newest message in sight for someone who is reading there, or has moved the clock, and moves nobody else.

const NEAR = 80;
const ABOVE = 8;

export class Scroll {
  #box;
  #button;
  #isAtEnd = true;
  #isFollowing = false;

  /** box: what scrolls. button: "New messages", shown when some arrive out of sight. */
  constructor(box, button) {
    this.#box = box;
    this.#button = button;
    box.addEventListener("scroll", () => this.#look(), { passive: true });
    button.addEventListener("click", () => {
      this.toEnd();
      box.focus({ preventScroll: true });
    });
    for (const own of ["wheel", "touchmove", "pointerdown", "keydown"]) box.addEventListener(own, () => (this.#isFollowing = false), { passive: true });
    new ResizeObserver(() => this.#settle()).observe(box);
  }

  #settle() {
    if (this.#isFollowing) this.#toNewest();
    else if (this.#isAtEnd) this.toEnd();
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#isAtEnd) this.#button.hidden = true;
  }

  toEnd() {
    this.#isFollowing = false;
    this.#down();
  }

  /** From now on the newest message is in sight, until one scrolls, goes somewhere else or says something. */
  follow() {
    this.#isFollowing = true;
    this.#toNewest();
  }

  /** Where one is now is where one means to be. */
  stay() {
    this.#isFollowing = false;
  }

  #down() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#isAtEnd = true;
    this.#button.hidden = true;
  }

  #toNewest() {
    this.#down();
    const newest = this.#box.querySelector(":scope > ol")?.lastElementChild;
    if (newest) this.#back(newest);
  }

  /**
   * Runs `draw`, which gives the node news begins with, or null. Then settles: at the end if one was there, though never past
   * the beginning of the news; else where one was, with the button.
   */
  around(draw) {
    const wasAtEnd = this.#isAtEnd;
    const news = draw();
    if (this.#isFollowing) return this.#toNewest();
    if (!wasAtEnd) {
      if (news) this.#button.hidden = false;
      return;
    }
    this.#down();
    if (news) this.#back(news);
  }

  #back(node) {
    const above = this.#box.getBoundingClientRect().top - node.getBoundingClientRect().top;
    if (above > 0) this.#box.scrollTop -= above + ABOVE;
  }
}
