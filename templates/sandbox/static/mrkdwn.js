// The chat platform's own markup ("mrkdwn") as DOM nodes. Nothing in it can become an element we did not choose.
// `ctx` gives names and the time: { userName(id), channelName(id), me, zone, now }.

import { fillDateFormat } from "./dates.js";
import { h } from "./dom.js";
import { characterOf, emojiNode, textNodes } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (found) => ENTITIES[found]);

/** A text object of any kind ({type: "mrkdwn" | "plain_text", text}) as nodes. */
export function textObject(object, ctx) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text || "", ctx);
  return plainText(object.text || "");
}

/** Plain text: line breaks and emoji shortcodes only. */
export const plainText = (text) => plainNodes(decode(text));

function plainNodes(text) {
  const nodes = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (index > 0) nodes.push(h("br"));
    for (const piece of line.split(/(:[a-z0-9_+'-]+:)/u)) {
      const isCode = piece.length > 2 && piece.startsWith(":") && piece.endsWith(":");
      nodes.push(...(isCode ? [emojiNode(piece.slice(1, -1))] : textNodes(piece)));
    }
  }
  return nodes;
}

/** Markup as a list of block-level and inline nodes. */
export function mrkdwn(text, ctx) {
  const nodes = [];
  for (const [index, piece] of fenced(text).entries()) {
    if (index % 2 === 1) nodes.push(preformatted(piece));
    else if (piece !== "") nodes.push(...paragraphs(trimOneBreak(piece, index > 0), ctx));
  }
  return nodes;
}

/** Text and preformatted text by turns; a fence that nothing closes stays in the text. */
function fenced(text) {
  const pieces = text.split("```");
  if (pieces.length % 2 === 0) {
    const open = pieces.pop();
    pieces[pieces.length - 1] += "```" + open;
  }
  return pieces;
}

const trimOneBreak = (piece, afterPre) => (afterPre ? piece.replace(/^\n/, "") : piece).replace(/\n$/, "");

function preformatted(text) {
  return h("pre", { tabindex: "0" }, h("code", {}, decode(withoutTags(text.replace(/^\n/, "").replace(/\n$/, "")))));
}

const withoutTags = (text) => text.replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target, label) => label || target);

const QUOTE = /^(?:&gt;|>)\s?(.*)$/s;
const BULLET = /^\s*([•◦▪‣]|-)\s+(.*)$/su;
const NUMBERED = /^\s*(\d{1,3})[.)]\s+(.*)$/su;

function paragraphs(text, ctx) {
  const nodes = [];
  let loose = [];
  const settle = () => {
    if (loose.length > 0) nodes.push(...inlineLines(loose, ctx));
    loose = [];
  };
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const taken = quoteAt(lines, at, ctx) || listAt(lines, at, ctx);
    if (taken) {
      settle();
      nodes.push(taken.node);
      at = taken.next;
      if (lines[at] === "" && at < lines.length - 1) at += 1;
    } else {
      loose.push(lines[at]);
      at += 1;
    }
  }
  settle();
  return nodes;
}

function inlineLines(lines, ctx) {
  const nodes = [];
  for (const [index, line] of lines.entries()) {
    if (index > 0) nodes.push(h("br"));
    nodes.push(...inline(line, ctx));
  }
  return nodes;
}

function quoteAt(lines, start, ctx) {
  const rest = /^(?:&gt;&gt;&gt;|>>>)\s?(.*)$/s.exec(lines[start]);
  if (rest) {
    const quoted = [rest[1], ...lines.slice(start + 1)];
    return { node: h("blockquote", {}, inlineLines(quoted, ctx)), next: lines.length };
  }
  const quoted = [];
  let at = start;
  for (let found; at < lines.length && (found = QUOTE.exec(lines[at])); at += 1) quoted.push(found[1]);
  return quoted.length ? { node: h("blockquote", {}, inlineLines(quoted, ctx)), next: at } : null;
}

function listAt(lines, start, ctx) {
  const pattern = BULLET.test(lines[start]) ? BULLET : NUMBERED.test(lines[start]) ? NUMBERED : null;
  if (!pattern) return null;
  const items = [];
  let at = start;
  for (let found; at < lines.length && (found = pattern.exec(lines[at])); at += 1) items.push(found);
  const entries = items.map((found) => h("li", {}, inline(found[2], ctx)));
  const props = pattern === NUMBERED ? { start: items[0][1] } : {};
  return { node: h(pattern === NUMBERED ? "ol" : "ul", { class: "list", ...props }, entries), next: at };
}

const WRAPS = { "*": "strong", _: "em", "~": "s" };
const isWord = (letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
const isSpace = (letter) => letter === undefined || /[\s\u200b\u2060\ufeff]/u.test(letter);
const EMOJI = /:([a-z0-9_+'-]+(?:::[a-z0-9-]+)?):/uy;
const ENTITY = /&(?:amp|lt|gt);/y;
const BARE_LINK = /https?:\/\/[^\s<>"'`]+/uy;

/** One line of markup as inline nodes. */
export function inline(line, ctx) {
  const nodes = [];
  let plain = "";
  const settle = () => {
    if (plain) nodes.push(...textNodes(plain));
    plain = "";
  };
  for (let at = 0; at < line.length; ) {
    const found = spanAt(line, at, ctx);
    if (found === null) {
      plain += line[at];
      at += 1;
    } else {
      if (found.text !== undefined) plain += found.text;
      else {
        settle();
        nodes.push(...found.nodes);
      }
      at = found.next;
    }
  }
  settle();
  return nodes;
}

function spanAt(line, at, ctx) {
  const letter = line[at];
  if (letter === "&") return entityAt(line, at);
  if (letter === "<") return tagAt(line, at, ctx);
  if (letter === "`") return codeAt(line, at);
  if (letter === ":") return emojiAt(line, at);
  if (letter === "h" && !isWord(line[at - 1])) return bareLinkAt(line, at);
  if (Object.hasOwn(WRAPS, letter)) return wrappedAt(line, at, ctx);
  return null;
}

function entityAt(line, at) {
  ENTITY.lastIndex = at;
  const found = ENTITY.exec(line);
  return found ? { text: ENTITIES[found[0]], next: at + found[0].length } : null;
}

function codeAt(line, at) {
  const end = line.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { nodes: [h("code", {}, decode(withoutTags(line.slice(at + 1, end))))], next: end + 1 };
}

function emojiAt(line, at) {
  EMOJI.lastIndex = at;
  const found = EMOJI.exec(line);
  if (!found || isWord(line[at - 1])) return null;
  const next = at + found[0].length;
  const word = characterOf(found[1]) && /^ [\p{L}\p{N}-]+[.,:]?/u.exec(line.slice(next));
  if (!word) return { nodes: [emojiNode(found[1])], next };
  return { nodes: [h("span", { class: "together" }, emojiNode(found[1]), word[0])], next: next + word[0].length };
}

function bareLinkAt(line, at) {
  BARE_LINK.lastIndex = at;
  const found = BARE_LINK.exec(line);
  if (!found) return null;
  const address = found[0].replace(/[.,;:!?)\]*_~]+$/u, "");
  return { nodes: [link(decode(address), null)], next: at + address.length };
}

function wrappedAt(line, at, ctx) {
  const mark = line[at];
  if (isWord(line[at - 1]) || isSpace(line[at + 1]) || line[at + 1] === mark) return null;
  for (let end = at + 2; end < line.length; end += 1) {
    if (line[end] === "<") end = Math.max(end, line.indexOf(">", end));
    if (line[end] !== mark || isSpace(line[end - 1]) || isWord(line[end + 1])) continue;
    return { nodes: [h(WRAPS[mark], {}, inline(line.slice(at + 1, end), ctx))], next: end + 1 };
  }
  return null;
}

function tagAt(line, at, ctx) {
  const end = line.indexOf(">", at);
  if (end <= at + 1) return null;
  const [target, ...rest] = line.slice(at + 1, end).split("|");
  const label = rest.length ? rest.join("|") : null;
  const node = mention(target, label, ctx);
  return node ? { nodes: [node].flat(), next: end + 1 } : null;
}

function mention(target, label, ctx) {
  if (target.startsWith("@")) return userMention(target.slice(1), ctx, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), ctx, label);
  if (target.startsWith("!date^")) return dateMention(target.slice(6), label, ctx);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label || "@group");
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  return link(decode(target), label === null ? null : decode(label));
}

export function userMention(id, ctx, label = null) {
  const isMe = id === ctx.me;
  return h("span", { class: isMe ? "mention mention-me" : "mention" }, `@${ctx.userName(id) || label || id}`);
}

export function channelMention(id, ctx, label = null) {
  const name = ctx.channelName(id);
  if (!name) return h("span", { class: "mention" }, `#${label || id}`);
  return h("a", { class: "mention", href: `#channel=${encodeURIComponent(id)}` }, `#${name}`);
}

const EVERYONE = { here: "everyone active here", channel: "everyone in this channel", everyone: "everyone" };

export function broadcast(range, label = null) {
  if (!Object.hasOwn(EVERYONE, range)) return h("span", { class: "mention" }, label || `!${range}`);
  return h("strong", { class: "broadcast", title: `Notifies ${EVERYONE[range]}` }, `@${range}`);
}

function dateMention(body, label, ctx) {
  const [stamp, format, address] = body.split("^");
  const seconds = Number(stamp);
  if (!Number.isFinite(seconds) || !format) return h("span", {}, decode(label || ""));
  const words = fillDateFormat(decode(format), seconds, ctx);
  const node = h("time", { datetime: new Date(seconds * 1000).toISOString() }, words);
  return address ? link(decode(address), words) : node;
}

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

function isSafe(address) {
  try {
    return SAFE_SCHEMES.has(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A link that opens apart, or, where the address is of a kind we do not follow, the words alone. */
export function link(address, label) {
  if (!isSafe(address)) return h("span", {}, label ? `${label} (${address})` : `<${address}>`);
  const shown = label || address.replace(/^(?:mailto|tel):/, "");
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, plainNodes(shown));
}
