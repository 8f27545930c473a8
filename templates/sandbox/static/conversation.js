// The middle of the page: one channel or direct message, its heading, its messages, and the Home tab of the bot.

import { renderBlocks } from "./blocks.js";
import { announce, byId, h } from "./dom.js";
import { MessageList } from "./messages.js";
import { Scroll } from "./scroll.js";
import { spoken, spokenChange } from "./spoken.js";

export class Conversation {
  #hooks;
  #list;
  #scroll = new Scroll(byId("scroll"), byId("new-messages"));
  #home = "";

  /** hooks: makeContext(press), pressMessage(message, payload), pressHome(view, payload), openThread(message), edit(message), use(message), dismiss(message). */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#list = new MessageList(byId("messages"), { makeContext: hooks.makeContext, press: hooks.pressMessage, openThread: hooks.openThread, edit: hooks.edit, use: hooks.use, dismiss: hooks.dismiss });
  }

  /** Empties the middle: someone else, or another channel. */
  clear() {
    this.#list.clear();
    this.#home = "";
    byId("empty").hidden = true;
    byId("home").replaceChildren();
    this.#scroll.toEnd();
  }

  setHeading({ name, detail, isChannel }) {
    byId("talk-title").replaceChildren(isChannel ? h("span", { class: "hash", "aria-hidden": "true" }, "#") : "", name);
    byId("talk-detail").textContent = detail || "";
  }

  showMessages(messages) {
    byId("empty").hidden = messages.length > 0;
    const isFirst = !byId("messages").hasChildNodes();
    this.#scroll.around(() => {
      const { added, changed } = this.#list.show(messages);
      for (const message of added.slice(-3)) announce(spoken(message));
      if (added.length === 0 && changed.length > 0) announce(spokenChange(changed.at(-1)));
      const [first = isFirst ? messages.at(-1) : undefined] = added;
      return first ? this.node(first.ts) : null;
    });
  }

  /** The node of a message that is drawn, or undefined. */
  node(ts) {
    return byId("messages").querySelector(`[data-ts="${CSS.escape(ts)}"]`) || undefined;
  }

  /** Brings a message into sight, with the focus on the first thing to press in it, or on itself. */
  point(ts) {
    const node = this.node(ts);
    if (!node) return;
    this.#scroll.stay();
    for (const one of document.querySelectorAll(".pointed")) one.classList.remove("pointed");
    node.classList.add("pointed");
    node.scrollIntoView({ block: "start" });
    (node.querySelector(".block-actions .button") || node).focus({ preventScroll: true });
  }

  toEnd() {
    this.#scroll.toEnd();
  }

  /** Stays with the newest message while the clock is moved. */
  follow() {
    this.#scroll.follow();
  }

  showHome(view) {
    const drawing = JSON.stringify(view);
    if (drawing === this.#home) return;
    this.#home = drawing;
    const place = byId("home");
    if (view === null) return void place.replaceChildren(h("p", { class: "home-empty" }, "The bot has not published a Home page for you yet."));
    const ctx = this.#hooks.makeContext((payload) => this.#hooks.pressHome(view, payload));
    place.replaceChildren(...renderBlocks(view.blocks || [], { ...ctx, level: 3 }));
  }
}

