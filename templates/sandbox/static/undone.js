// Which changes were taken back here, by the value of the button that did it. Such a button is used up, wherever it stands.

const KEY = "sandbox-undone";
const MOST = 500;
const ANSWERED_WITHIN_MS = 30_000;
const TAKEN_BACK = /\btaken back\b/i;

export const isUndo = (value) => /^undo \S/.test(value || "");

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "[]");
  } catch {
    return [];
  }
}

export class Undone {
  #values = new Set(read());
  #waiting = null;
  #changed;

  /** changed(): a button was used up; what is drawn is to be drawn again. */
  constructor(changed) {
    this.#changed = changed;
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      this.#values = new Set(read());
      changed();
    });
  }

  has(value) {
    return this.#values.has(value);
  }

  /** An Undo was pressed while these messages were in sight. Only the answer says whether it took anything back. */
  pressed(value, shown) {
    if (isUndo(value)) this.#waiting = { value, known: new Set(shown.map(seen)), until: Date.now() + ANSWERED_WITHIN_MS };
  }

  saw(messages) {
    if (this.#waiting === null) return;
    const { value, known, until } = this.#waiting;
    if (Date.now() > until) return void (this.#waiting = null);
    if (!messages.some((message) => message.is_bot && !known.has(seen(message)) && TAKEN_BACK.test(message.text || ""))) return;
    this.#waiting = null;
    this.#values.add(value);
    this.#keep();
    this.#changed();
  }

  /** The workspace is new: other changes will have the same names. */
  forget() {
    this.#values.clear();
    this.#waiting = null;
    this.#keep();
  }

  #keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.#values].slice(-MOST)));
    } catch {
      // Without storage a used button can be pressed again after the next visit; the bot then says that it was used.
    }
  }
}

const seen = (message) => `${message.ts}/${message.text}`;
