// Builds DOM nodes. Data only ever becomes text or a named attribute, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", { class: "quiet", onclick: f, "aria-label": "Close" }, "Close") */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A decorative drawing from the page's own set; words beside it carry the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function srOnly(words) {
  return h("span", { class: "sr" }, words);
}

let last = 0;

/** An id no other element on the page has. */
export function freshId(stem) {
  last += 1;
  return `${stem}-${last}`;
}

export const byId = (id) => document.getElementById(id);

/** Tells screen readers something without moving anyone. */
export function announce(words) {
  const region = byId("news");
  const line = h("p", {}, words);
  region.append(line);
  setTimeout(() => line.remove(), 8000);
}

/** The control with this data-key ("block/action"), or, where blocks were named anew, the one of the same action. */
export function byKey(root, key) {
  if (!key) return null;
  const action = key.slice(key.indexOf("/"));
  return root.querySelector(`[data-key="${CSS.escape(key)}"]`) || root.querySelector(`[data-key$="${CSS.escape(action)}"]`);
}

/** A control that is waiting: still focusable, says so, and does nothing when pressed again. */
export function setBusy(control, busy) {
  if (busy) {
    control.setAttribute("aria-busy", "true");
    control.setAttribute("aria-disabled", "true");
  } else {
    control.removeAttribute("aria-busy");
    control.removeAttribute("aria-disabled");
  }
}

export const isBusy = (control) => control.getAttribute("aria-disabled") === "true";

/** Do what the control is for, unless it is waiting; a failure is shown in this place. */
export async function attempt(control, place, act) {
  if (isBusy(control)) return;
  setBusy(control, true);
  place.hidden = true;
  try {
    await act();
  } catch (problem) {
    place.replaceChildren(icon("alert"), h("span", {}, problem.message));
    place.hidden = false;
  } finally {
    setBusy(control, false);
  }
}

const HUES = 8;

/** A round picture made of initials, in one of eight quiet colours: `hue` is any whole number, or -1 for none. */
export function avatar(name, hue) {
  return h("span", { class: hue < 0 ? "avatar" : `avatar hue-${hue % HUES}`, "aria-hidden": "true" }, initials(name));
}

/** The bot's own mark. */
export const botAvatar = () => h("span", { class: "avatar avatar-bot", "aria-hidden": "true" }, icon("bot"));

function initials(name) {
  const given = /\((\p{Lu}{1,3})\)/u.exec(name);
  if (given) return given[1];
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  if (words.length === 0) return "?";
  if (words.length === 1) return [...words[0]].slice(0, 2).join("").toUpperCase();
  return ([...words[0]][0] + [...words.at(-1)][0]).toUpperCase();
}
