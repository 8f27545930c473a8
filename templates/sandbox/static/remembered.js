// The conversation one is in, as far as it is known here: only what changed since is asked for.

export class Remembered {
  #place = "";
  #version = "";
  #messages = new Map();

  /** What is known of the conversation of that person and place; "" when nothing is. */
  version(user, channel) {
    return this.#place === `${user}/${channel}` ? this.#version : "";
  }

  /** Takes in an answer: { version, order, messages }. Returns every message of it, oldest first. */
  take(user, channel, { version, order, messages }) {
    const known = this.version(user, channel) ? this.#messages : new Map();
    for (const message of messages) known.set(message.ts, message);
    this.#messages = new Map(order.filter((ts) => known.has(ts)).map((ts) => [ts, known.get(ts)]));
    this.#place = `${user}/${channel}`;
    this.#version = this.#messages.size === order.length ? version : "";
    return [...this.#messages.values()];
  }
}
