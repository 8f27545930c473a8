// Messages as a screen reader announces them: who speaks comes first.

import { here } from "./here.js";
import { typedText } from "./typed.js";

const MOST_LETTERS = 240;

export const spoken = (message) => said(message, message.ephemeral ? ", only to you" : "");
export const spokenReply = (message) => said(message, ", in the thread");
export const spokenChange = (message) => said(message, ", changing a message");

const said = (message, how) => `${message.user_name}${how}: ${short(message.text)}`;

function short(text) {
  const plain = typedText(text || "", here.state).replace(/[*_~`]/g, "").replace(/\s+/g, " ").trim();
  return plain.length > MOST_LETTERS ? `${plain.slice(0, MOST_LETTERS)}…` : plain;
}
