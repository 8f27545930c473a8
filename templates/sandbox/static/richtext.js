// rich_text blocks: sections, lists, quotes and preformatted text, element by element.

import { fillDateFormat } from "./dates.js";
import { h } from "./dom.js";
import { emojiNode, textNodes } from "./emoji.js";
import { broadcast, channelMention, link, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

/** The `elements` of a rich_text block (or of a rich_text table cell) as nodes. */
export function richText(elements, ctx) {
  return mergeLists(elements || []).map((element) => part(element, ctx));
}

function part(element, ctx) {
  switch (element.type) {
    case "rich_text_list":
      return list(element, ctx);
    case "rich_text_quote":
      return h("blockquote", {}, inlines(element.elements, ctx));
    case "rich_text_preformatted":
      return h("pre", { tabindex: "0" }, h("code", {}, words(element.elements)));
    default:
      return h("div", { class: "rich-section" }, inlines(element.elements, ctx));
  }
}

/** Lists that follow each other with a deeper `indent` are drawn inside the item above them. */
function mergeLists(elements) {
  const merged = [];
  for (const element of elements) {
    const above = merged.at(-1);
    const isDeeper = element.type === "rich_text_list" && above?.type === "rich_text_list" && (element.indent || 0) > (above.indent || 0);
    if (isDeeper) merged[merged.length - 1] = { ...above, children: [...(above.children || []), { after: above.elements.length - 1, list: element }] };
    else if (canContinue(above, element)) {
      merged[merged.length - 1] = { ...above, elements: [...above.elements, ...element.elements] };
    } else merged.push(element);
  }
  return merged;
}

const canContinue = (above, element) =>
  above?.children !== undefined && element.type === "rich_text_list" && above.style === element.style &&
  (above.indent || 0) === (element.indent || 0);

function list(element, ctx) {
  const items = (element.elements || []).map((entry, index) => {
    const below = (element.children || []).filter((child) => child.after === index).map((child) => child.list);
    return h("li", {}, inlines(entry.elements, ctx), mergeLists(below).map((child) => list(child, ctx)));
  });
  const start = element.style === "ordered" && element.offset ? { start: element.offset + 1 } : {};
  return h(element.style === "ordered" ? "ol" : "ul", { class: "list", ...start }, items);
}

const words = (elements) => (elements || []).map((element) => element.text || element.url || "").join("");

const inlines = (elements, ctx) => (elements || []).flatMap((element) => styled(element, inlineNodes(element, ctx)));

function inlineNodes(element, ctx) {
  switch (element.type) {
    case "text":
      return lines(element.text || "");
    case "link":
      return [link(element.url || "", element.text || null)];
    case "user":
      return [userMention(element.user_id, ctx)];
    case "channel":
      return [channelMention(element.channel_id, ctx)];
    case "usergroup":
      return [h("span", { class: "mention" }, "@group")];
    case "broadcast":
      return [broadcast(element.range)];
    case "emoji":
      return [emojiNode(element.name || "")];
    case "date":
      return [h("time", {}, fillDateFormat(element.format || "", element.timestamp, ctx))];
    case "color":
      return [h("code", {}, element.value || "")];
    default:
      return lines(element.text || element.fallback || "");
  }
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), ...textNodes(line)] : textNodes(line)));
}

function styled(element, nodes) {
  let wrapped = nodes;
  for (const [name, tag] of Object.entries(STYLES)) {
    if (element.style?.[name]) wrapped = [h(tag, {}, wrapped)];
  }
  return wrapped;
}
