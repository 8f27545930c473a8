// The form a bot opens: one <dialog>, filled from a view, sent as the chat platform sends it.

import { renderBlocks } from "./blocks.js";
import { announce, byId, byKey, h, icon, isBusy, setBusy } from "./dom.js";
import { withFileContents } from "./files.js";
import { plainText } from "./mrkdwn.js";

const isEmpty = (value) => {
  const given = Object.entries(value).filter(([name]) => name !== "type").map(([, entry]) => entry);
  return given.every((entry) => entry === null || entry === undefined || entry.length === 0);
};

export class Modal {
  #dialog = byId("modal");
  #view = null;
  #drawn = "";
  #fields = [];
  #hooks;

  /** hooks: makeContext(press), press(body), submit({view_id, values}), close({view_id}), each a promise. */
  constructor(hooks) {
    this.#hooks = hooks;
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
  }

  /** Shows `view` (null: no form is open). What was typed stays where the same field is still there. */
  show(view) {
    if (view === null) return this.#hide();
    const drawing = JSON.stringify([view.id, view.title, view.submit, view.close, view.blocks]);
    if (drawing === this.#drawn) return;
    const isSame = this.#view?.id === view.id;
    const kept = isSame ? this.#values() : view.state?.values || {};
    const before = new Set(this.#fields.map(({ block }) => block.block_id));
    const focused = isSame ? document.activeElement?.dataset?.key : undefined;
    this.#drawn = drawing;
    this.#view = view;
    this.#draw(view);
    this.#restore(kept);
    if (!this.#dialog.open) this.#dialog.showModal();
    const fresh = this.#fields.find(({ block, element }) => isSame && element.focus_on_load && !before.has(block.block_id));
    if (fresh) fresh.field.focus();
    else this.#focus(focused, isSame);
  }

  #hide() {
    this.#view = null;
    this.#drawn = "";
    if (this.#dialog.open) this.#dialog.close();
  }

  #draw(view) {
    this.#fields = [];
    const ctx = this.#hooks.makeContext((payload) => this.#press(view, payload));
    ctx.level = 3;
    ctx.register = (block, element, field) => this.#fields.push({ block, element, field });
    const title = h("h2", { id: "modal-title", class: "dialog-title", tabindex: "-1" }, plainText(view.title?.text || "Form"));
    const cross = h("button", { type: "button", class: "button icon-button plain", "aria-label": "Close the form", onclick: () => this.#leave() }, icon("close"));
    const body = h("div", { class: "modal-body" }, renderBlocks(view.blocks || [], ctx));
    const form = h("form", { class: "modal-form", novalidate: true, onsubmit: (event) => this.#send(event) },
      h("div", { class: "modal-top" }, title, cross), body, this.#ending(view));
    this.#dialog.replaceChildren(form);
  }

  /** A press inside the form carries what the form holds by then, as the bot may redraw it. */
  async #press(view, payload) {
    return this.#hooks.press({ view_id: view.id, values: await withFileContents(this.#values()), ...payload });
  }

  #ending(view) {
    const close = h("button", { type: "button", class: "button", onclick: () => this.#leave() }, plainText(view.close?.text || (view.submit ? "Cancel" : "Close")));
    const submit = view.submit
      ? h("button", { type: "submit", class: "button primary" }, h("span", { class: "button-face" }, plainText(view.submit.text)))
      : null;
    return h("div", { class: "dialog-end" }, h("p", { class: "problem", role: "alert", hidden: true }), close, submit);
  }

  #restore(kept) {
    for (const { block, element, field } of this.#fields) {
      const value = kept[block.block_id]?.[element.action_id];
      if (value && value.type === element.type && !isEmpty(value)) field.write(value);
    }
  }

  #focus(key, isSame) {
    const again = byKey(this.#dialog, key);
    if (again) again.focus();
    else if (!isSame) (this.#dialog.querySelector(".field :is(input, select, textarea)") || byId("modal-title")).focus();
  }

  #values() {
    const values = {};
    for (const { block, element, field } of this.#fields) {
      values[block.block_id] = { ...values[block.block_id], [element.action_id]: field.read() };
    }
    return values;
  }

  async #send(event) {
    event.preventDefault();
    const submit = this.#dialog.querySelector('[type="submit"]');
    if (!submit || isBusy(submit)) return;
    this.#tell(null);
    const found = this.#missing();
    if (Object.keys(found).length > 0) return void this.#showErrors(found);
    setBusy(submit, true);
    try {
      const answer = await this.#hooks.submit({ view_id: this.#view.id, values: await withFileContents(this.#values()) });
      if (answer.errors && Object.keys(answer.errors).length > 0) this.#showErrors(answer.errors);
    } catch (problem) {
      this.#tell(problem.message);
    } finally {
      setBusy(submit, false);
    }
  }

  /** What can be seen to be wrong before asking the bot: {block_id: sentence}. */
  #missing() {
    const found = {};
    for (const { block, field } of this.#fields) {
      if (!field.showError) continue;
      const sentence = field.check() || (!field.isOptional && isEmpty(field.read()) ? "This needs an answer." : null);
      if (sentence) found[block.block_id] = sentence;
    }
    return found;
  }

  #showErrors(errors) {
    let first = null;
    for (const { block, field } of this.#fields) {
      if (!field.showError) continue;
      field.showError(Object.hasOwn(errors, block.block_id) ? errors[block.block_id] : null);
      if (Object.hasOwn(errors, block.block_id)) first ??= field;
    }
    const count = Object.keys(errors).length;
    announce(count === 1 ? "One answer needs another look." : `${count} answers need another look.`);
    if (first) first.focus();
    else this.#tell(Object.values(errors).join(" "));
  }

  #tell(sentence) {
    const place = this.#dialog.querySelector(".dialog-end .problem");
    place.hidden = !sentence;
    place.replaceChildren(...(sentence ? [icon("alert"), sentence] : []));
  }

  async #leave() {
    const view = this.#view;
    if (view === null) return this.#hide();
    try {
      await this.#hooks.close({ view_id: view.id });
    } catch {
      this.#hide();
    }
  }
}
