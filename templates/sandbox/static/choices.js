// Fields where a person chooses from what is offered: selects, radios, checkboxes, people, channels.

import { freshId, h } from "./dom.js";
import { decode, textObject } from "./mrkdwn.js";

const words = (object) => decode(object?.text || "");

const ONE_OF = {
  static_select: "selected_option", external_select: "selected_option", users_select: "selected_user",
  conversations_select: "selected_conversation", channels_select: "selected_channel",
};

const SOME_OF = {
  multi_static_select: "selected_options", multi_external_select: "selected_options", multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations", multi_channels_select: "selected_channels", checkboxes: "selected_options",
};

export function choiceField(element, ctx) {
  if (element.type === "radio_buttons") return boxes(element, ctx, "radio");
  if (element.type in SOME_OF) return boxes(element, ctx, "checkbox");
  if (element.type in ONE_OF) return dropDown(element, ctx);
  return null;
}

const isIds = (element) => !/option/.test(ONE_OF[element.type] || SOME_OF[element.type] || "option");

/** What is offered, as groups of options: [{ label: string | null, options: [{ text, value, description? }] }]. */
function offered(element, ctx) {
  if (/users/.test(element.type)) return [{ label: null, options: ctx.people().map(asOption) }];
  if (/conversations|channels/.test(element.type)) return [{ label: null, options: ctx.channels().map(asOption) }];
  if (element.option_groups) return element.option_groups.map((group) => ({ label: words(group.label), options: group.options }));
  return [{ label: null, options: element.options || [] }];
}

const asOption = ({ id, label }) => ({ text: { type: "plain_text", text: label, escaped: false }, value: id });
const labelOf = (option) => (option.text.escaped === false ? option.text.text : words(option.text));

function initialValues(element) {
  const single = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel;
  if (single !== undefined) return [single];
  const many = element.initial_options ?? element.initial_users ?? element.initial_conversations ?? element.initial_channels ?? [];
  return many.map((entry) => entry?.value ?? entry);
}

const asSent = ({ text, value, description }) => (description ? { text, value, description } : { text, value });

function dropDown(element, ctx) {
  const groups = offered(element, ctx);
  const options = groups.flatMap((group) => group.options);
  const key = ONE_OF[element.type];
  const control = h("select", { id: freshId("field"), class: "input input-short" });
  control.append(h("option", { value: "" }, words(element.placeholder) || "Choose one"));
  for (const group of groups) {
    const rows = group.options.map((option) => h("option", { value: option.value }, optionWords(option)));
    control.append(...(group.label === null ? rows : [h("optgroup", { label: group.label }, rows)]));
  }
  control.value = initialValues(element)[0] ?? "";
  control.addEventListener("keydown", openInsteadOfChanging);
  const chosen = () => options.find((option) => option.value === control.value) || null;
  return {
    node: control, control, isGroup: false,
    read: () => ({ type: element.type, [key]: isIds(element) ? control.value || null : chosen() && asSent(chosen()) }),
    check: () => null,
    write: (value) => (control.value = value[key]?.value ?? value[key] ?? ""),
    onCommit: (settled) => control.addEventListener("change", () => control.value !== "" && settled()),
  };
}

const optionWords = (option) => (option.description ? `${labelOf(option)}: ${words(option.description)}` : labelOf(option));

/** Arrows on a closed list would choose at every press; open it instead, so that looking changes nothing. */
function openInsteadOfChanging(event) {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || !event.target.showPicker) return;
  event.preventDefault();
  try {
    event.target.showPicker();
  } catch {
    // Browsers may refuse; Alt and the arrow still open the list.
  }
}

function boxes(element, ctx, kind) {
  const name = freshId("choice");
  const initial = new Set(initialValues(element));
  const groups = offered(element, ctx);
  const rows = [];
  const node = h("div", { class: "choices" });
  for (const group of groups) {
    if (group.label) node.append(h("p", { class: "choices-label" }, group.label));
    for (const option of group.options) {
      const row = boxRow({ option, kind, name, isOn: initial.has(option.value), ctx });
      rows.push({ option, input: row.input });
      node.append(row.node);
    }
  }
  if (rows.length > 8) node.classList.add("choices-long");
  limitTo(element.max_selected_items, rows);
  return boxesField(element, { node, rows, kind });
}

function boxRow({ option, kind, name, isOn, ctx }) {
  const id = freshId("box");
  const input = h("input", { type: kind, id, name: kind === "radio" ? name : undefined, value: option.value });
  input.checked = isOn;
  const label = h("label", { for: id }, option.text.escaped === false ? option.text.text : textObject(option.text, ctx));
  const detailId = `${id}-detail`;
  const detail = option.description ? h("span", { class: "hint", id: detailId }, textObject(option.description, ctx)) : null;
  if (detail) input.setAttribute("aria-describedby", detailId);
  return { input, node: h("div", { class: "choice" }, input, h("span", { class: "choice-words" }, label, detail)) };
}

function limitTo(most, rows) {
  if (!most) return;
  const apply = () => {
    const full = rows.filter(({ input }) => input.checked).length >= most;
    for (const { input } of rows) input.disabled = full && !input.checked;
  };
  for (const { input } of rows) input.addEventListener("change", apply);
  apply();
}

function boxesField(element, { node, rows, kind }) {
  const on = () => rows.filter(({ input }) => input.checked).map(({ option }) => option);
  const key = kind === "radio" ? "selected_option" : SOME_OF[element.type];
  const value = () => {
    if (kind === "radio") return on()[0] ? asSent(on()[0]) : null;
    return isIds(element) ? on().map((option) => option.value) : on().map(asSent);
  };
  const write = (given) => {
    const wanted = new Set([given[key]].flat().filter(Boolean).map((entry) => entry.value ?? entry));
    for (const { option, input } of rows) input.checked = wanted.has(option.value);
  };
  return {
    node, isGroup: true, write,
    get control() {
      return (rows.find(({ input }) => input.checked) || rows[0])?.input;
    },
    read: () => ({ type: element.type, [key]: value() }),
    check: () => null,
    onCommit: (settled) => node.addEventListener("change", settled),
  };
}
