// "Are you sure?": one dialog, used by confirm objects and by Start again.

import { byId, h } from "./dom.js";

/** Asks; resolves true when the person agrees. `title` and `body` are lists of nodes or text. */
export function ask({ title, body, yes, no, isDanger = false }) {
  const dialog = byId("ask");
  const agree = h("button", { type: "button", class: isDanger ? "button danger" : "button primary" }, yes);
  const refuse = h("button", { type: "button", class: "button" }, no);
  dialog.replaceChildren(
    h("h2", { id: "ask-title", class: "dialog-title" }, title),
    h("div", { id: "ask-body", class: "ask-body" }, body),
    h("div", { class: "dialog-end" }, refuse, agree),
  );
  return new Promise((resolve) => {
    let answer = false;
    agree.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    refuse.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(answer), { once: true });
    dialog.showModal();
    refuse.focus();
  });
}
