// Which "only you" messages a person has put away. Kept in the browser, as they are nobody else's.

const KEY = "sandbox-dismissed";
const MOST = 500;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "[]");
  } catch {
    return [];
  }
}

function write(names) {
  try {
    localStorage.setItem(KEY, JSON.stringify(names.slice(-MOST)));
  } catch {
    // Without storage they come back with the next visit.
  }
}

let names = new Set(read());
const nameOf = (user, channel, message) => `${user}/${channel}/${message.ts}`;

export function dismiss(user, channel, message) {
  names.add(nameOf(user, channel, message));
  write([...names]);
}

export function forgetDismissed() {
  names = new Set();
  write([]);
}

/**
 * What is to be seen of the messages of a channel. The page says in a plain sentence, where one pressed, what went
 * wrong: the workspace's own line about the trouble, with a code, would say it again.
 */
export const stillShown = (user, channel, messages) =>
  messages.filter((message) => !message.ephemeral || !(message.trouble || names.has(nameOf(user, channel, message))));
