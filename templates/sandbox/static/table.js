// Table blocks: the first row names the columns.

import { h } from "./dom.js";
import { decode } from "./mrkdwn.js";
import { textNodes } from "./emoji.js";
import { richText } from "./richtext.js";

export function table(block, ctx) {
  const [head = [], ...rows] = block.rows || [];
  const settings = block.column_settings || [];
  const cells = (row, tag, props) => row.map((cell, column) => h(tag, { ...props, class: look(settings[column]) }, content(cell, ctx)));
  return h(
    "div",
    { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, h("thead", {}, h("tr", {}, cells(head, "th", { scope: "col" }))), h("tbody", {}, rows.map((row) => h("tr", {}, cells(row, "td", {}))))),
  );
}

function look(setting) {
  const align = ["center", "right"].includes(setting?.align) ? `align-${setting.align}` : "";
  return `${align}${setting?.is_wrapped === false ? " unwrapped" : ""}`.trim() || undefined;
}

function content(cell, ctx) {
  if (cell.type === "rich_text") return richText(cell.elements, ctx);
  return textNodes(decode(String(cell.text ?? cell.value ?? "")));
}
