// A button that opens a list of choices: overflow menus, who you are, light or dark.
// Keyboard as in the ARIA menu pattern: arrows, Home, End, first letters, Escape.

import { freshId, h } from "./dom.js";

/**
 * Makes `button` open a menu. `items()` gives [{ label, detail?, picture?, checked?, href?, choose() }].
 * With `checked` on any item the menu is a set of radios.
 */
export function attachMenu(button, items) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") open(button, items());
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    button.click();
  });
}

function open(button, items) {
  const menu = h("div", { class: "menu", role: "menu", popover: "auto", id: freshId("menu") });
  menu.setAttribute("aria-label", button.getAttribute("aria-label") || button.textContent.replace(/\s+/g, " ").trim());
  menu.append(...items.map((item) => row(item, () => menu.hidePopover())));
  button.closest("dialog, main, nav, aside, header").append(menu);
  menu.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "closed") settle(menu, button);
  });
  menu.addEventListener("keydown", (event) => move(event, menu));
  menu.showPopover();
  place(menu, button);
  (menu.querySelector('[aria-checked="true"]') || menu.firstElementChild)?.focus();
}

function settle(menu, button) {
  const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  menu.remove();
  if (hadFocus && button.isConnected) button.focus();
}

function row(item, close) {
  const isRadio = item.checked !== undefined;
  const props = {
    class: "menu-row", tabindex: "-1", role: isRadio ? "menuitemradio" : "menuitem",
    "aria-checked": isRadio ? String(item.checked) : undefined,
    onclick: () => {
      close();
      item.choose();
    },
  };
  const words = h("span", { class: "menu-words" }, h("span", {}, item.label), item.detail ? h("span", { class: "menu-detail" }, item.detail) : null);
  if (!item.href) return h("button", { ...props, type: "button" }, item.picture, words);
  return h("a", { ...props, href: item.href, target: "_blank", rel: "noopener noreferrer" }, item.picture, words);
}

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const fitsBelow = box.bottom + height + 8 <= innerHeight;
  const top = fitsBelow ? box.bottom + 4 : Math.max(8, box.top - height - 4);
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}

function move(event, menu) {
  const rows = [...menu.children];
  const at = rows.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  let next = steps[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (event.key === "Escape") event.stopPropagation();
  if (next === undefined && /^\S$/u.test(event.key)) next = byLetter(rows, at, event.key);
  if (next === undefined || next < -1 && rows.length === 0) return;
  event.preventDefault();
  rows.at(next % rows.length)?.focus();
}

function byLetter(rows, at, letter) {
  const wanted = letter.toLowerCase();
  const order = [...rows.keys()].map((step) => (at + 1 + step) % rows.length);
  return order.find((index) => rows[index].textContent.trim().toLowerCase().startsWith(wanted));
}
