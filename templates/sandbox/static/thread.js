// The panel at the right: a message and its replies.

import { cover } from "./cover.js";
import { announce, byId } from "./dom.js";
import { MessageList } from "./messages.js";
import { Scroll } from "./scroll.js";
import { spokenChange, spokenReply } from "./spoken.js";

export class Thread {
  #panel = byId("thread");
  #list;
  #scroll = new Scroll(byId("thread-scroll"), byId("thread-new"));
  #ts = null;
  #narrow = matchMedia("(max-width: 68rem)");

  /** hooks: makeContext(press), pressMessage(message, payload), use(message), dismiss(message), closed(). */
  constructor(hooks) {
    this.#list = new MessageList(byId("thread-messages"), { makeContext: hooks.makeContext, press: hooks.pressMessage, use: hooks.use, dismiss: hooks.dismiss });
    byId("thread-close").addEventListener("click", () => hooks.closed());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) hooks.closed();
    });
    this.#narrow.addEventListener("change", () => this.#cover());
  }

  /** ts: of the message it hangs from, where the focus goes back to. */
  open(ts) {
    this.#ts = ts;
    this.#list.clear();
    this.#panel.hidden = false;
    this.#cover();
    byId("thread-title").focus();
  }

  show(messages, where) {
    const replies = Math.max(0, messages.length - 1);
    byId("thread-detail").textContent = `${where}, ${replies} ${replies === 1 ? "reply" : "replies"}`;
    this.#scroll.around(() => {
      const { added, changed } = this.#list.show(messages);
      for (const message of added.slice(-3)) announce(spokenReply(message));
      if (added.length === 0 && changed.length > 0) announce(spokenChange(changed.at(-1)));
      return added.length > 0 ? byId("thread-messages").lastElementChild : null;
    });
  }

  close() {
    if (this.#panel.hidden) return;
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = true;
    this.#list.clear();
    this.#cover();
    if (hadFocus) (this.#whereFrom() || byId("box")).focus();
  }

  #whereFrom() {
    return document.querySelector(`#messages [data-ts="${CSS.escape(this.#ts)}"] [data-key="thread"]`);
  }

  /** Where the panel lies over the conversation, what is under it cannot be reached. */
  #cover() {
    cover("thread", !this.#panel.hidden && this.#narrow.matches);
  }
}
