// Undo buttons that have nothing left to take back, however it was taken back: by this button, by a typed line, by
// someone else. The sandbox knows; the page asks about the buttons that are in sight.

const isUndo = (value) => /^undo \S/.test(value || "");

/** The values of a message's Undo buttons. */
export const undoesOf = (message) =>
  (message.blocks || []).flatMap((block) => [...(block.elements || []), block.accessory]).map((element) => element?.value).filter(isUndo);

export class Undone {
  #used = new Set();
  #hooks;

  /** hooks: ask(values), a promise of those that are used; changed(), when there are more of them than before. */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  has(value) {
    return this.#used.has(value);
  }

  async look(messages) {
    const values = [...new Set(messages.flatMap(undoesOf))].filter((value) => !this.has(value));
    if (values.length === 0) return;
    const used = await this.#hooks.ask(values);
    for (const value of used) this.#used.add(value);
    if (used.length > 0) this.#hooks.changed();
  }

  /** The workspace is new. */
  forget() {
    this.#used.clear();
  }
}
