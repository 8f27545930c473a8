// The panels at the right: one at a time, closed by Escape, and the focus goes back to where it came from.

import { cover } from "./cover.js";
import { byId } from "./dom.js";

export class Panels {
  #narrow = matchMedia("(max-width: 68rem)");
  #open = null;
  #from = null;
  #changed;

  /** changed(name, isOpen) hears of "wire" and "faults". */
  constructor(changed) {
    this.#changed = changed;
    for (const name of ["wire", "faults"]) {
      byId(`${name}-open`).addEventListener("click", () => (this.#open === name ? this.close() : this.open(name)));
      byId(`${name}-close`).addEventListener("click", () => this.close());
      byId(name).addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.defaultPrevented && !(event.target.type === "search" && event.target.value)) this.close();
      });
    }
    this.#narrow.addEventListener("change", () => this.#cover());
  }

  get isOpen() {
    return this.#open !== null;
  }

  open(name) {
    this.#settle(this.#open, false);
    this.#open = name;
    this.#from = byId(`${name}-open`);
    this.#settle(name, true);
    byId(`${name}-title`).focus();
  }

  close() {
    if (!this.isOpen) return;
    const hadFocus = byId(this.#open).contains(document.activeElement);
    this.#settle(this.#open, false);
    this.#open = null;
    this.#cover();
    if (!hadFocus) return;
    if (this.#from.closest("[inert]")) byId("side-open").focus();
    else this.#from.focus();
  }

  #settle(name, isOpen) {
    if (name === null) return;
    byId(name).hidden = !isOpen;
    byId(`${name}-open`).setAttribute("aria-expanded", String(isOpen));
    this.#cover();
    this.#changed(name, isOpen);
  }

  /** On a narrow screen a panel lies over the conversation. */
  #cover() {
    cover("panel", this.isOpen && this.#narrow.matches);
  }
}
