// The left of the page: who you are, channels and direct messages with what is unread.

import { cover } from "./cover.js";
import { avatar, botAvatar, byId, byKey, h, icon, srOnly } from "./dom.js";
import { nameWithInitials } from "./here.js";
import { attachMenu } from "./menu.js";

export class Sidebar {
  #state = null;
  #narrow = matchMedia("(max-width: 52rem)");

  /** hooks: become(userId). Channels are links: the address names where one is. */
  constructor(hooks) {
    attachMenu(byId("who"), () => this.#people(hooks));
    byId("side-open").addEventListener("click", () => this.#open(true));
    byId("side-close").addEventListener("click", () => this.#open(false));
    byId("shade").addEventListener("click", () => this.#open(false));
    byId("side").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#isOpen()) this.#open(false);
    });
    this.#narrow.addEventListener("change", () => this.#settle());
    this.#settle();
  }

  #people(hooks) {
    return (this.#state?.users || []).map((user, hue) => ({ ...user, hue })).filter((user) => !user.deleted).map((user) => ({
      label: nameWithInitials(user),
      detail: user.title || undefined,
      picture: avatar(user.real_name || user.name, user.hue),
      checked: user.id === this.#state.me.id,
      choose: () => hooks.become(user.id),
    }));
  }

  show(state, channel) {
    this.#state = state;
    const { me } = state;
    const name = me.real_name || me.name;
    byId("who-face").replaceChildren(avatar(name, state.users.findIndex((user) => user.id === me.id)));
    byId("who-name").textContent = nameWithInitials(me);
    byId("who-title").textContent = me.title || "";
    const href = (id) => `#user=${encodeURIComponent(me.id)}&channel=${encodeURIComponent(id)}`;
    fill(byId("channels"), state.channels.map((one) => row(one, { href: href(one.id), isHere: one.id === channel, mark: channelMark(one) })));
    fill(byId("dms"), state.dms.map((one) => row(one, { href: href(one.id), isHere: one.id === channel, mark: one.user_id === state.bot.user_id ? botAvatar() : avatar(one.name, -1) })));
    this.#showUnreadElsewhere(state, channel);
  }

  #showUnreadElsewhere(state, channel) {
    const count = [...state.channels, ...state.dms].filter((one) => one.unread > 0 && one.id !== channel).length;
    byId("side-unread").hidden = count === 0;
    byId("side-unread-words").textContent = count ? `, ${count} with something unread` : "";
  }

  /** On a narrow screen: put the list away once a place was chosen. */
  close() {
    if (this.#isOpen()) this.#open(false);
  }

  #isOpen() {
    return byId("side").classList.contains("open");
  }

  #open(isOpen) {
    byId("side").classList.toggle("open", isOpen);
    byId("shade").hidden = !isOpen;
    byId("side-open").setAttribute("aria-expanded", String(isOpen));
    this.#settle();
    (isOpen ? byId("who") : byId("side-open")).focus({ preventScroll: true });
  }

  /** What lies under the open list, or off the screen, cannot be reached by the keyboard. */
  #settle() {
    const isNarrow = this.#narrow.matches;
    byId("side").inert = isNarrow && !this.#isOpen();
    const isCovering = isNarrow && this.#isOpen();
    cover("side", isCovering);
    for (const id of ["top", "guide", "clock-moves"]) byId(id).inert = isCovering;
  }
}

const channelMark = (channel) =>
  channel.is_private ? h("span", { class: "hash" }, icon("lock"), srOnly("Private: ")) : h("span", { class: "hash", "aria-hidden": "true" }, "#");

function row(conversation, { href, isHere, mark }) {
  const unread = isHere ? 0 : conversation.unread || 0;
  const props = { class: unread ? "place unread" : "place", href, "aria-current": isHere ? "page" : undefined, dataset: { key: conversation.id } };
  const badge = unread ? h("span", { class: "badge" }, String(Math.min(unread, 99)), srOnly(" unread")) : null;
  return h("li", {}, h("a", props, mark, h("span", { class: "place-name" }, conversation.name), badge));
}

function fill(list, rows) {
  const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...rows);
  byKey(list, key)?.focus({ preventScroll: true });
}
