// Things a person fills in. Every field is { node, control, isGroup, read(), check(), write(value), onCommit(f) }:
// `node` goes on the page, `control` takes the focus, read() gives the value as the chat platform sends it,
// check() a sentence about what is wrong (or null), onCommit(f) calls f once the person has settled on a value.

import { choiceField } from "./choices.js";
import { isoDateWords } from "./dates.js";
import { freshId, h } from "./dom.js";
import { fileField } from "./files.js";
import { decode } from "./mrkdwn.js";

const TEXT_KINDS = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", autocomplete: "email" },
  url_text_input: { type: "url", autocomplete: "url" },
  number_input: { type: "text", inputmode: "decimal" },
};

const PICKER_KINDS = {
  datepicker: { type: "date", key: "selected_date", initial: "initial_date" },
  timepicker: { type: "time", key: "selected_time", initial: "initial_time" },
  datetimepicker: { type: "datetime-local", key: "selected_date_time", initial: "initial_date_time" },
};

/** The field for a Block Kit element, or null when it is of a kind that cannot be filled in. */
export function makeField(element, ctx) {
  if (element.type in TEXT_KINDS || element.type === "rich_text_input") return textField(element);
  if (element.type in PICKER_KINDS) return pickerField(element);
  if (element.type === "file_input") return fileField(element);
  return choiceField(element, ctx);
}

const words = (object) => (object ? decode(object.text || "") : undefined);

function textField(element) {
  const isLong = element.multiline === true || element.type === "rich_text_input";
  const limits = { maxlength: element.max_length, placeholder: words(element.placeholder) };
  const control = isLong
    ? h("textarea", { id: freshId("field"), rows: "4", class: "input", ...limits })
    : h("input", { id: freshId("field"), class: "input", ...TEXT_KINDS[element.type], ...limits });
  control.value = element.initial_value ?? "";
  return {
    node: control, control, isGroup: false,
    read: () => textValue(element, control.value),
    check: () => (control.value.trim() === "" ? null : textProblem(element, control)),
    write: (value) => (control.value = value.value ?? richWords(value) ?? ""),
    onCommit: (settled) => control.addEventListener("keydown", (event) => event.key === "Enter" && !isLong && settled()),
  };
}

function textValue(element, text) {
  if (element.type !== "rich_text_input") return { type: element.type, value: text === "" ? null : text };
  const section = { type: "rich_text_section", elements: [{ type: "text", text }] };
  return { type: element.type, rich_text_value: { type: "rich_text", elements: [section] } };
}

const richWords = (value) => value.rich_text_value?.elements?.[0]?.elements?.[0]?.text;

function textProblem(element, control) {
  const text = control.value;
  if (element.type === "number_input") return numberProblem(element, text.trim());
  if (element.type === "email_text_input" && !control.validity.valid) return "Enter an email address, like name@example.org.";
  if (element.type === "url_text_input" && !control.validity.valid) return "Enter a full address, starting with https://.";
  if (element.min_length && text.length < element.min_length) return `Enter at least ${element.min_length} characters.`;
  return null;
}

function numberProblem(element, text) {
  const pattern = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(text)) return element.is_decimal_allowed ? "Enter a number." : "Enter a whole number.";
  if (element.min_value !== undefined && Number(text) < Number(element.min_value)) return `Enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && Number(text) > Number(element.max_value)) return `Enter ${element.max_value} or less.`;
  return null;
}

function pickerField(element) {
  const kind = PICKER_KINDS[element.type];
  const control = h("input", { id: freshId("field"), class: "input input-short", type: kind.type, max: kind.type === "date" ? "9999-12-31" : undefined });
  const inWords = h("span", { class: "in-words", "aria-live": "polite" });
  const isDate = kind.type === "date";
  const show = () => (inWords.textContent = isDate ? isoDateWords(control.value) : "");
  control.value = toInput(element, element[kind.initial]);
  control.addEventListener("input", show);
  show();
  return {
    node: isDate ? h("span", { class: "picker" }, control, inWords) : control,
    control, isGroup: false,
    read: () => ({ type: element.type, [kind.key]: fromInput(element, control.value) }),
    check: () => (control.validity.badInput ? "Enter the whole date, or clear it." : null),
    write: (value) => {
      control.value = toInput(element, value[kind.key]);
      show();
    },
    onCommit: (settled) => commitWhenDone(control, settled),
  };
}

const toInput = (element, value) => {
  if (element.type !== "datetimepicker" || !value) return value ?? "";
  return new Date(value * 1000).toISOString().slice(0, 16);
};

const fromInput = (element, value) => {
  if (element.type !== "datetimepicker" || !value) return value || null;
  return Date.parse(`${value}Z`) / 1000;
};

/** A typed date is settled by Enter or by moving on, not after each digit; a picked one at once. */
function commitWhenDone(control, settled) {
  let isTyping = false;
  let sent = control.value;
  const send = () => {
    if (control.value === sent || control.validity.badInput || control.value === "") return;
    sent = control.value;
    settled();
  };
  control.addEventListener("keydown", (event) => {
    isTyping = true;
    if (event.key === "Enter") send();
  });
  control.addEventListener("pointerdown", () => (isTyping = false));
  control.addEventListener("change", () => !isTyping && send());
  control.addEventListener("blur", send);
}
