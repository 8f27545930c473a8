// Where a file is to go that was dropped, or chosen, in a channel.

import { choose } from "./ask.js";
import { here } from "./here.js";

const PRIVATELY = "";

/**
 * Asks; resolves to the id of the channel, "" for the bot's direct messages, or null when the file is not to be sent.
 * name: of the channel, as it is shown; hasBot: whether the bot is in it.
 */
export function askWhere(file, { name, hasBot }) {
  const reader = hasBot ? "The bot reads plans in its direct messages only." : "The bot is not in this channel.";
  return choose({
    title: `Who is to see “${file}”?`,
    body: `Sent privately, only you and the bot see it, and the bot answers there. In ${name} everyone there sees it. ${reader}`,
    choices: [
      { label: `Post it in ${name}`, value: here.channel },
      { label: "Send it privately to the bot", value: PRIVATELY, style: "primary" },
    ],
    no: "Do not send it",
  });
}
