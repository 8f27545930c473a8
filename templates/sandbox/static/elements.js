// Things in a block that can be pressed or chosen. Each sends its choice through ctx.press and says what went wrong.

import { ask } from "./ask.js";
import { h, icon, isBusy, setBusy } from "./dom.js";
import { makeField } from "./fields.js";
import { attachMenu } from "./menu.js";
import { decode, plainText, textObject } from "./mrkdwn.js";
import { picture } from "./pictures.js";

const words = (object) => decode(object?.text || "");

/** A node for any element of an actions block, an accessory or a context. */
export function renderElement(element, block, ctx) {
  if (element.type === "mrkdwn" || element.type === "plain_text") return h("span", { class: "text" }, textObject(element, ctx));
  if (element.type === "image") return picture(element, "small");
  if (element.type === "button" || element.type === "workflow_button") return button(element, block, ctx);
  if (element.type === "overflow") return overflow(element, block, ctx);
  return chooser(element, block, ctx);
}

const keyOf = (element, block) => `${block.block_id || ""}/${element.action_id || ""}`;

function button(element, block, ctx) {
  if (ctx.isUndone?.(element.value)) return h("span", { class: "used" }, icon("tick"), "Undone");
  const style = { primary: "button primary", danger: "button danger" }[element.style] || "button";
  const face = h("span", { class: "button-face" }, plainText(element.text?.text || ""));
  const props = { class: style, "aria-label": element.accessibility_label, dataset: { key: keyOf(element, block) } };
  const press = () => send(node, { element, block, ctx, value: { value: element.value } });
  const node = element.url && /^(https?|mailto):/.test(element.url)
    ? h("a", { ...props, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press }, face, icon("out"))
    : h("button", { ...props, type: "button", onclick: press }, face);
  return node;
}

function overflow(element, block, ctx) {
  const node = h("button", { type: "button", class: "button icon-button", "aria-label": element.accessibility_label || "More choices", dataset: { key: keyOf(element, block) } }, icon("more"));
  attachMenu(node, () => element.options.map((option) => ({
    label: words(option.text),
    detail: option.description ? words(option.description) : undefined,
    href: /^(https?|mailto):/.test(option.url || "") ? option.url : undefined,
    choose: () => send(node, { element, block, ctx, value: { selected_option: { text: option.text, value: option.value } } }),
  })));
  return node;
}

function chooser(element, block, ctx) {
  const field = makeField(element, ctx);
  if (field === null) return h("span", { class: "unknown" }, `This page cannot show “${element.type}”.`);
  const name = words(element.placeholder) || "Choose";
  if (field.isGroup) {
    field.node.setAttribute("role", "group");
    field.node.setAttribute("aria-label", name);
  } else {
    field.control.setAttribute("aria-label", element.accessibility_label || name);
    field.control.dataset.key = keyOf(element, block);
  }
  ctx.register?.(block, element, field);
  let before = field.read();
  field.onCommit(async () => {
    const value = field.read();
    const isSent = await send(field.control, { element, block, ctx, value });
    if (isSent) before = value;
    else field.write(before);
  });
  return field.node;
}

/** True when the bot took it. Asks first where the element says so; a failure is told beside the control. */
async function send(control, { element, block, ctx, value }) {
  if (isBusy(control)) return false;
  if (element.confirm && !(await agreed(element.confirm, ctx))) return false;
  const place = control.closest(".block") || control.parentElement;
  place.querySelector(":scope > .problem")?.remove();
  setBusy(control, true);
  try {
    await ctx.press({ block_id: block.block_id, action_id: element.action_id, type: element.type, ...value });
    return true;
  } catch (problem) {
    place.append(h("p", { class: "problem", role: "alert" }, icon("alert"), problem.message));
    return false;
  } finally {
    setBusy(control, false);
  }
}

const agreed = (confirm, ctx) =>
  ask({
    title: plainText(confirm.title?.text || "Are you sure?"),
    body: textObject(confirm.text, ctx),
    yes: plainText(confirm.confirm?.text || "Yes"),
    no: plainText(confirm.deny?.text || "Cancel"),
    isDanger: confirm.style === "danger",
  });
