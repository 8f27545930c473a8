// Questions of the bot that are over: each answered, or asked again in a newer message. Each is one line, which opens.

import { h, srOnly } from "./dom.js";
import { plainText, mrkdwn } from "./mrkdwn.js";

const ASKED = /^prompt:/;
const STILL_ASKED = /^(prompt:(on-track|at-risk|complete|later)|why|back)\b/;
const UNDO_SECONDS = 600;

/** Whether it was posted as a question, and asks nothing any more. What can be pressed all the same, as Undo, keeps it open for ten minutes. */
export function isOver(message, now) {
  if (!message.is_bot || message.ephemeral || !message.first_actions?.some((id) => ASKED.test(id))) return false;
  const actions = actionsOf(message.blocks || []);
  if (actions.some((id) => STILL_ASKED.test(id))) return false;
  return actions.length === 0 || now - Number(message.edited_ts || message.ts) >= UNDO_SECONDS;
}

const actionsOf = (blocks) => blocks.flatMap((block) => [...(block.elements || []), block.accessory]).map((element) => element?.action_id).filter(Boolean);

/** The whole message under one line: who, what was asked and what became of it. when: a node with its time. */
export function overLine(message, { when, whole, ctx }) {
  const words = h("span", { class: "over-words" }, srOnly(`${message.user_name}: `), lineOf(message, ctx));
  return h("details", { class: "over" }, h("summary", { dataset: { key: "over" } }, words, " ", when), whole);
}

/** "*1/4.3* Recorded: complete. · Plan the routes": the ref and what became of it, before what there may be no room for. */
function outcomeFirst([asked, outcome]) {
  const [, ref, title] = /^\*(\S+) (.+)\*$/.exec(asked) || [];
  if (!outcome) return asked;
  return ref ? `*${ref}* ${outcome} · ${title}` : `${asked} · ${outcome}`;
}

function lineOf(message, ctx) {
  const sections = (message.blocks || []).filter((block) => block.type === "section" && block.text);
  if (sections.length === 1) return mrkdwn(outcomeFirst(sections[0].text.text.split("\n").filter((line) => line.trim())), ctx);
  const heading = (message.blocks || []).find((block) => block.type === "header");
  const names = sections.map((block) => /^\*([^*\s]+)/.exec(block.text.text.replace(/^[^*]*/, ""))?.[1]).filter(Boolean);
  return [...plainText(heading?.text?.text || message.text || ""), names.length ? ` · ${names.join(", ")}` : ""];
}
