// Block Kit as DOM nodes. `ctx`: names and time (see mrkdwn.js), people(), channels(), press(payload),
// and where wanted level (of headings, else 4) and register(block, element, field).

import { h } from "./dom.js";
import { renderElement } from "./elements.js";
import { inputBlock } from "./inputs.js";
import { decode, mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { picture } from "./pictures.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";

const KINDS = {
  header: (block, ctx) => h(`h${ctx.level || 4}`, { class: "block-title" }, plainText(block.text?.text || "")),
  section,
  context: elements,
  actions: elements,
  image,
  divider: () => h("hr"),
  rich_text: (block, ctx) => h("div", { class: "text" }, richText(block.elements, ctx)),
  markdown: (block, ctx) => h("div", { class: "text" }, mrkdwn(block.text || "", ctx)),
  table,
  input: inputBlock,
  file: () => h("p", { class: "hint" }, "A file was shared here."),
};

/** One node per block, in order. */
export function renderBlocks(blocks, ctx) {
  let subject = "";
  return blocks.map((block) => {
    if (block.type === "section" || block.type === "header") subject = decode(block.text?.text || "");
    const draw = Object.hasOwn(KINDS, block.type) ? KINDS[block.type] : unknown;
    const node = h("div", { class: `block block-${block.type}`, dataset: { block: block.block_id || "" } }, draw(block, ctx));
    if (block.type === "actions" && subject) nameGroup(node, subject);
    return node;
  });
}

/** Buttons are a group named after the words above them: "5.2 Review of…". */
function nameGroup(node, subject) {
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", subject.replace(/<[^>|]*\|?([^>]*)>/g, "$1").replace(/[*_~`]/g, "").replace(/\s+/g, " ").slice(0, 120));
}

function section(block, ctx) {
  const parts = [];
  if (block.text) parts.push(h("div", { class: "text" }, textObject(block.text, ctx)));
  if (block.fields?.length) {
    parts.push(h("ul", { class: "fields" }, block.fields.map((field) => h("li", { class: "text" }, textObject(field, ctx)))));
  }
  const words = h("div", { class: "section-words" }, parts);
  if (!block.accessory) return words;
  return [words, h("div", { class: "accessory" }, renderElement(block.accessory, block, ctx))];
}

function elements(block, ctx) {
  return (block.elements || []).map((element) => renderElement(element, block, ctx));
}

function image(block) {
  const caption = block.title ? h("figcaption", { class: "hint" }, plainText(block.title.text)) : null;
  return h("figure", {}, caption, picture(block, "large"));
}

function unknown(block) {
  return h("p", { class: "unknown" }, `This page cannot show a “${block.type}” block.`);
}
