// Input blocks: a label, a hint, the field, and the sentence beside it when something is wrong.

import { freshId, h, icon } from "./dom.js";
import { makeField } from "./fields.js";
import { plainText } from "./mrkdwn.js";

export function inputBlock(block, ctx) {
  const field = makeField(block.element, ctx);
  if (field === null) return h("p", { class: "unknown" }, `This page cannot show “${block.element.type}”.`);
  const hint = block.hint ? h("p", { class: "hint", id: freshId("hint") }, plainText(block.hint.text)) : null;
  const error = h("p", { class: "field-error", id: freshId("error"), hidden: true });
  const label = [plainText(block.label?.text || ""), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const node = field.isGroup
    ? h("fieldset", { class: "field" }, h("legend", {}, label), hint, error, field.node)
    : h("div", { class: "field" }, h("label", { for: field.control.id }, label), hint, error, field.node);
  const described = field.isGroup ? node : field.control;
  if (hint) described.setAttribute("aria-describedby", hint.id);
  if (!block.optional && !field.isGroup) field.control.setAttribute("aria-required", "true");
  if (field.control && !field.isGroup) field.control.dataset.key = `${block.block_id}/${block.element.action_id}`;
  ctx.register?.(block, block.element, { ...fieldWithErrors({ field, node, described, hint, error }), isOptional: block.optional === true });
  if (block.dispatch_action) field.onCommit(() => ctx.press({ block_id: block.block_id, ...pressOf(block.element, field) }));
  return node;
}

const pressOf = (element, field) => ({ action_id: element.action_id, ...field.read() });

function fieldWithErrors({ field, node, described, hint, error }) {
  const showError = (sentence) => {
    error.replaceChildren(...(sentence ? [icon("alert"), h("span", {}, h("span", { class: "sr" }, "Error: "), sentence)] : []));
    error.hidden = !sentence;
    node.classList.toggle("has-error", Boolean(sentence));
    const ids = [hint?.id, sentence ? error.id : null].filter(Boolean).join(" ");
    if (ids) described.setAttribute("aria-describedby", ids);
    else described.removeAttribute("aria-describedby");
    if (field.isGroup) return;
    field.control.toggleAttribute("aria-invalid", false);
    if (sentence) field.control.setAttribute("aria-invalid", "true");
  };
  return { read: field.read, check: field.check, write: field.write, showError, focus: () => field.control?.focus() };
}
