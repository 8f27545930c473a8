// The other way round: the platform's markup of a message as somebody would type it, so that they can change it.

import { decode } from "./mrkdwn.js";

/** state: what the page knows of people and channels. */
export function typedText(text, state) {
  const names = new Map([...state.users.map((user) => [user.id, user.name]), [state.bot.user_id, state.bot.name], ...state.channels.map((one) => [one.id, one.name])]);
  return decode(text.replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target, label) => typedTag(target, label, names)));
}

function typedTag(target, label, names) {
  if (target.startsWith("@") || target.startsWith("#")) return `${target[0]}${names.get(target.slice(1)) || label || target.slice(1)}`;
  if (target.startsWith("!")) return `@${target.slice(1)}`;
  return label || target;
}
