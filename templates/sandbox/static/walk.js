// What each step of the first five minutes does when asked, and how one sees that it was really done.

import { Problem } from "./api.js";

const UPDATE = /^\/cip\s+(update|set|mark|report|change)\b/i;
const WHOLE_UPDATE = /^\/cip\s+update\s+\S+\s+\S+/i;
const AT_RISK = /^\/cip\s+(at[\s-]?risk|risks?)\b/i;
const NOTE = "Draft sent to the board for comment.";
const NO_PROMPT = "No prompt is waiting, and none is coming: no open action here has an owner and a date. Give the bot a plan that has, as in the last step.";
const NO_DIGEST = "No digest has been posted yet. Jump to Monday first.";
const NO_ACTION = "Nobody here owns an action that is still open. Give the bot a plan with owners, as in the last step.";

const hasButton = (message, start) => JSON.stringify(message.blocks || []).includes(`"${start}`);
const isPrompt = (message) => message.is_bot && !message.ephemeral && hasButton(message, 'action_id":"prompt:');
const isReceipt = (message) => message.is_bot && hasButton(message, 'value":"undo ');
export const isDigest = (message) => message.is_bot && !message.ephemeral && /\bdigest\b/i.test(`${message.text} ${JSON.stringify(message.blocks?.[0] || "")}`);
const isManager = (user) => /plan manager/i.test(user.title || "");

export class Walk {
  #hooks;
  #guide;
  #waiting = null;

  /** hooks: api, here, visit(user, channel), suggest(text), step(to), say(text), chooseFile(), point(ts). */
  constructor(hooks, guide) {
    this.#hooks = hooks;
    this.#guide = guide;
  }

  go(name) {
    return {
      "prompt": () => this.#toPrompt(), "update": () => this.#toUpdate(), "at-risk": () => this.#toAtRisk(),
      "monday": () => this.#hooks.step("next-monday"), "digest": () => this.#toDigest(), "import": () => this.#toImport(),
    }[name]();
  }

  // Going there.

  async #toPrompt() {
    const { api, visit, point, step } = this.#hooks;
    let found = await this.#findPrompt();
    if (!found && (await step("next-prompt"))) found = await this.#findPrompt();
    if (!found) throw new Problem(NO_PROMPT);
    await visit(found.user, found.channel);
    await point(found.ts);
  }

  /** Whoever one is comes first, then those with something unread: looking marks it as read. */
  async #findPrompt() {
    const { api, here } = this.#hooks;
    const users = here.state.users.filter((user) => !user.deleted);
    const seen = [];
    for (const user of users) {
      const state = await api.state(user.id);
      const dm = state.dms.find((one) => one.user_id === state.bot.user_id);
      if (dm) seen.push({ user: user.id, channel: dm.id, rank: user.id === here.user ? 2 : Math.min(dm.unread || 0, 1) });
    }
    for (const one of seen.sort((a, b) => b.rank - a.rank)) {
      const { messages } = await api.conversation(one.channel, one.user);
      const prompt = messages.findLast(isPrompt);
      if (prompt) return { ...one, ts: prompt.ts };
    }
    return null;
  }

  async #toUpdate() {
    const { here, visit, suggest } = this.#hooks;
    const found = await this.#findAction();
    if (!found) throw new Problem(NO_ACTION);
    await visit(found.user, here.state.channels[0].id);
    suggest(`/cip update ${found.ref} in-progress ${NOTE}`);
  }

  async #findAction() {
    const { api, here } = this.#hooks;
    const owners = here.state.users.filter((user) => !user.deleted && /owner of/i.test(user.title || ""));
    for (const user of [here.user, ...owners.map((one) => one.id)]) {
      const mine = (await api.hints(user)).refs.filter((one) => one.mine);
      const open = mine.find((one) => /progress|started/i.test(one.status_words || "")) || mine[0];
      if (open) return { user, ref: open.ref };
    }
    return null;
  }

  async #toAtRisk() {
    const { here, visit, say } = this.#hooks;
    await visit(here.user, here.state.channels[0].id);
    await say("/cip at-risk");
  }

  async #toDigest() {
    const { api, here, visit, point } = this.#hooks;
    for (const channel of here.state.channels) {
      const { messages } = await api.conversation(channel.id, here.user);
      const digest = messages.findLast(isDigest);
      if (!digest) continue;
      await visit(here.user, channel.id);
      return point(digest.ts);
    }
    throw new Problem(NO_DIGEST);
  }

  /** A plan manager may apply a plan; the file chooser opens where the review will appear. */
  async #toImport() {
    const { here, visit, chooseFile } = this.#hooks;
    const manager = here.state.users.find((user) => user.id === here.user && isManager(user)) || here.state.users.find(isManager);
    chooseFile();
    await visit(manager?.id || here.user, null);
  }

  /** What stands in the box: a whole update there is ready to be sent. */
  typed(text) {
    this.#guide.setReady(WHOLE_UPDATE.test(text) ? "update" : null);
  }

  // Seeing that it was done.

  pressed(payload) {
    if ((payload.action_id || "").startsWith("prompt:")) this.#guide.tick("prompt");
  }

  said(text, shown) {
    if (AT_RISK.test(text)) this.#guide.tick("at-risk");
    const name = UPDATE.test(text) ? "update" : !text.startsWith("/") && shown.some(isPrompt) ? "prompt" : null;
    if (name) this.#waiting = { name, sign: isReceipt, known: new Set(shown.map((one) => one.ts)) };
  }

  given(shown) {
    this.#waiting = { name: "import", sign: (message) => message.is_bot, known: new Set(shown.map((one) => one.ts)) };
  }

  /** before: the moment it was, so that standing still on a Monday is no jump. */
  moved(clock, before) {
    if (clock.now_iso.slice(0, 10) === before.slice(0, 10)) return;
    if (new Date(`${clock.now_iso.slice(0, 10)}T12:00:00Z`).getUTCDay() === 1) this.#guide.tick("monday");
  }

  /** The messages now in sight may show that what was asked for has been answered. */
  saw(messages) {
    const { name, sign, known } = this.#waiting || {};
    if (!name || !messages.some((message) => sign(message) && !known.has(message.ts))) return;
    this.#waiting = null;
    this.#guide.tick(name);
  }
}
