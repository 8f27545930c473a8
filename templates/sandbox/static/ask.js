// "Are you sure?", and other questions with a few answers: one dialog, used by confirm objects, by Start again and
// by files that are dropped.

import { byId, h } from "./dom.js";

/** Asks; resolves true when the person agrees. `title` and `body` are lists of nodes or text. */
export async function ask({ title, body, yes, no, isDanger = false }) {
  return (await choose({ title, body, no, choices: [{ label: yes, value: true, style: isDanger ? "danger" : "primary" }] })) === true;
}

/** Asks; resolves to the value of what was chosen of [{ label, value, style? }], or to null for `no` and Escape. */
export function choose({ title, body, choices, no }) {
  const dialog = byId("ask");
  const answers = choices.map(({ label, value, style = "" }) => ({ value, node: h("button", { type: "button", class: `button ${style}`.trim() }, label) }));
  const refuse = h("button", { type: "button", class: "button" }, no);
  dialog.replaceChildren(
    h("h2", { id: "ask-title", class: "dialog-title" }, title),
    h("div", { id: "ask-body", class: "ask-body" }, body),
    h("div", { class: "dialog-end" }, refuse, answers.map(({ node }) => node)),
  );
  return new Promise((resolve) => {
    let answer = null;
    for (const { node, value } of answers) {
      node.addEventListener("click", () => {
        answer = value;
        dialog.close();
      });
    }
    refuse.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(answer), { once: true });
    dialog.showModal();
    refuse.focus();
  });
}
