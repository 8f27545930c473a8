// A list of messages, redrawn in place: what did not change is left alone, and the focus stays where it was.

import { renderBlocks } from "./blocks.js";
import { dateWords, dayWords, nearWords, timeWords } from "./dates.js";
import { avatar, botAvatar, byKey, h, icon } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { isOver, overLine } from "./questions.js";
import { undoesOf } from "./undone.js";

const GROUP_SECONDS = 300;

export class MessageList {
  #root;
  #hooks;
  #drawn = new Map();

  /** root: an <ol>. hooks: makeContext(press), press(message, payload), openThread?(message), edit?(message), use?(message), dismiss(message). */
  constructor(root, hooks) {
    this.#root = root;
    this.#hooks = hooks;
  }

  clear() {
    this.#drawn.clear();
    this.#root.replaceChildren();
  }

  /** Draws `messages` (oldest first). Returns { added, changed }: messages that are new and that were redrawn. */
  show(messages) {
    const ctx = this.#hooks.makeContext(() => undefined);
    const isFirst = this.#drawn.size === 0;
    const report = { added: [], changed: [] };
    const rows = [];
    const drawn = new Map();
    let above = null;
    for (const message of messages) {
      if (!isSameDay(above, message, ctx)) rows.push(this.#day(message, ctx));
      const entry = this.#entry(message, { report, isFirst, ctx });
      entry.node.classList.toggle("follows", follows(above, message, ctx));
      drawn.set(keyOf(message), entry);
      rows.push(entry.node);
      above = message;
    }
    this.#drawn = drawn;
    this.#place(rows);
    return report;
  }

  #entry(message, { report, isFirst, ctx }) {
    const content = JSON.stringify(message);
    const drawing = `${content}${isOver(message, ctx.now)}${undoesOf(message).map(ctx.isUndone)}`;
    const known = this.#drawn.get(keyOf(message));
    if (known?.drawing === drawing) return known;
    const node = this.#draw(message);
    if (known) {
      if (known.content !== content) report.changed.push(message);
      this.#swap(known.node, node);
    } else if (!isFirst) {
      report.added.push(message);
      node.classList.add("fresh");
    }
    return { content, drawing, node };
  }

  /** Puts `node` where `old` was, with the focus on the same control, or on the message itself. */
  #swap(old, node) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(node);
    if (!focused) return;
    (byKey(node, focused.dataset.key) || node).focus({ preventScroll: true });
  }

  /** Only what is out of place is moved, so that nothing loses its focus or state. */
  #place(rows) {
    const wanted = new Set(rows);
    for (const child of [...this.#root.children]) if (!wanted.has(child)) child.remove();
    let at = this.#root.firstElementChild;
    for (const row of rows) {
      if (row === at) at = at.nextElementSibling;
      else this.#root.insertBefore(row, at);
    }
  }

  #day(message, ctx) {
    const words = dayWords(Number(message.ts), ctx.zone);
    const near = nearWords(Number(message.ts), ctx.now, ctx.zone);
    const known = [...this.#root.querySelectorAll(".day")].find((row) => row.dataset.day === words);
    const label = near ? `${near}, ${words}` : words;
    if (known) {
      known.firstElementChild.textContent = label;
      return known;
    }
    return h("li", { class: "day", dataset: { day: words } }, h("h3", {}, label));
  }

  #draw(message) {
    const ctx = this.#hooks.makeContext((payload) => this.#hooks.press(message, payload));
    const over = isOver(message, ctx.now);
    const classes = ["message", message.ephemeral && "ephemeral", message.is_bot && "by-bot", over && "message-over"].filter(Boolean).join(" ");
    const main = this.#main(message, ctx);
    return h("li", { class: classes, tabindex: "-1", dataset: { ts: message.ts } },
      message.user === ctx.botId ? botAvatar() : avatar(message.user_name, ctx.hue(message.user)),
      over ? overLine(message, { when: time(message, ctx), whole: main, ctx }) : main,
      message.ephemeral ? this.#dismissButton(message) : null);
  }

  #main(message, ctx) {
    return h("div", { class: "message-main" },
      heading(message, ctx),
      h("div", { class: "message-body" }, body(message, ctx), attachments(message, ctx)),
      files(message),
      reactions(message, ctx),
      message.reply_count ? this.#threadButton(message) : null,
      h("div", { class: "message-offers" }, message.reply_count ? null : this.#threadButton(message), this.#editButton(message, ctx), this.#useButton(message)));
  }

  /** What only this person sees, they can put away. */
  #dismissButton(message) {
    return h("button", { type: "button", class: "button icon-button plain dismiss", "aria-label": "Dismiss this message", title: "Dismiss", dataset: { key: "dismiss" }, onclick: () => this.#hooks.dismiss(message) }, icon("close"));
  }

  #editButton(message, ctx) {
    if (!this.#hooks.edit || message.user !== ctx.me || message.ephemeral) return null;
    return h("button", { type: "button", class: "replies replies-none", dataset: { key: "edit" }, onclick: () => this.#hooks.edit(message) }, icon("edit"), "Change");
  }

  /** The app's own shortcut for what people write, which Slack has in a message's menu. */
  #useButton(message) {
    if (!this.#hooks.use || message.is_bot || message.ephemeral) return null;
    return h("button", { type: "button", class: "replies replies-none", dataset: { key: "use" }, onclick: () => this.#hooks.use(message) }, icon("tick"), "Use as update");
  }

  #threadButton(message) {
    if (!this.#hooks.openThread || message.ephemeral) return null;
    const count = message.reply_count || 0;
    const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply in thread";
    const open = () => this.#hooks.openThread(message);
    return h("button", { type: "button", class: count ? "replies" : "replies replies-none", dataset: { key: "thread" }, onclick: open }, icon("thread"), words);
  }
}

const keyOf = (message) => `${message.ts}${message.ephemeral ? "/only" : ""}`;

const isSameDay = (above, message, ctx) =>
  above !== null && dateWords(Number(above.ts), ctx.zone) === dateWords(Number(message.ts), ctx.zone);

const follows = (above, message, ctx) =>
  !isOver(above || message, ctx.now) && !isOver(message, ctx.now) && isSameDay(above, message, ctx) && above.user === message.user && !above.ephemeral && !message.ephemeral &&
  Number(message.ts) - Number(above.ts) < GROUP_SECONDS;

function time(message, ctx) {
  const seconds = Number(message.ts);
  const words = timeWords(seconds, ctx.zone);
  return h("time", { class: "when", datetime: new Date(seconds * 1000).toISOString(), title: `${dayWords(seconds, ctx.zone)}, ${words}` }, words);
}

function heading(message, ctx) {
  return h("div", { class: "message-head" },
    h("span", { class: "who" }, message.user_name),
    message.is_bot ? h("span", { class: "tag" }, "App") : null,
    time(message, ctx),
    message.edited ? h("span", { class: "when" }, "(edited)") : null,
    message.ephemeral ? h("span", { class: "only-you" }, icon("eye"), "Only you can see this") : null);
}

function body(message, ctx) {
  if (message.blocks?.length) return renderBlocks(message.blocks, ctx);
  return h("div", { class: "block text" }, mrkdwn(message.text || "", ctx));
}

const attachments = (message, ctx) =>
  (message.attachments || []).map((one) =>
    h("div", { class: "attachment" }, one.blocks?.length ? renderBlocks(one.blocks, ctx) : h("div", { class: "text" }, mrkdwn(one.text || one.fallback || "", ctx))));

function files(message) {
  if (!message.files?.length) return null;
  return h("ul", { class: "files" }, message.files.map((file) => {
    const address = file.url || file.url_private || file.permalink || "";
    const name = file.title || file.name || "File";
    const isLocal = address.startsWith("/") || address.startsWith(`${location.origin}/`);
    return h("li", {}, icon("file"), isLocal ? h("a", { href: address, download: file.name || true }, name) : name);
  }));
}

function reactions(message, ctx) {
  if (!message.reactions?.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, message.reactions.map((reaction) => {
    const people = (reaction.users || []).map((id) => ctx.userName(id) || id).join(", ");
    return h("li", { title: people || undefined }, emojiNode(reaction.name), ` ${reaction.count ?? reaction.users?.length ?? 1}`);
  }));
}
