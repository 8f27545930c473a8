// Joins the parts: who one is and where, what changed, and what a person did.

import { api, listen, Problem } from "./api.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { attachMenu } from "./menu.js";
import { Modal } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { Thread } from "./thread.js";

const here = { user: null, channel: null, thread: null, tab: "messages", state: null };
let stopListening = () => undefined;

// What the blocks need to know to be drawn.

const nameOf = (user) => user.real_name || user.name;

function makeContext(press) {
  const { state } = here;
  const users = new Map([...state.users.map((user) => [user.id, nameOf(user)]), [state.bot.user_id, state.bot.name]]);
  const channels = new Map(state.channels.map((channel) => [channel.id, channel.name]));
  return {
    me: here.user,
    zone: zone(),
    now: Date.parse(state.clock.now_iso) / 1000,
    userName: (id) => users.get(id) || null,
    channelName: (id) => channels.get(id) || null,
    people: () => state.users.map((user) => ({ id: user.id, label: user.title ? `${nameOf(user)}, ${user.title}` : nameOf(user) })),
    channels: () => state.channels.map((channel) => ({ id: channel.id, label: `#${channel.name}` })),
    press,
  };
}

const zone = () => here.state?.clock.tz || here.state?.me.tz || "Europe/London";

// What a person does.

const pressMessage = (message, payload) =>
  acted(api.press({ user: here.user, channel: here.channel, ts: message.ts, ...payload }));
const pressView = (payload) => acted(api.press({ user: here.user, ...payload }));

/** After anything done, look at once: the news of it may come a moment later. */
async function acted(request) {
  const answer = await request;
  refresh("view", "conversation", "thread", "state");
  return answer;
}

async function say(text, thread) {
  const answer = await acted(api.say({ user: here.user, channel: here.channel, text, thread_ts: thread }));
  if (!thread) conversation.toEnd();
  return answer;
}

const conversation = new Conversation({
  makeContext, pressMessage,
  pressHome: (view, payload) => pressView({ view_id: view.id, ...payload }),
  openThread: (message, opener) => openThread(message, opener),
});
const thread = new Thread({ makeContext, pressMessage, closed: () => closeThread() });
const modal = new Modal({
  makeContext,
  press: pressView,
  submit: (body) => acted(api.submit({ user: here.user, ...body })),
  close: (body) => acted(api.closeView({ user: here.user, ...body })),
});
const composer = new Composer((text) => say(text));
const sidebar = new Sidebar({ become: (user) => go({ user, channel: null }) });
const clock = new ClockBar({
  zone,
  move: async (to) => (await acted(api.moveClock(to))).words,
  reset: async () => {
    await api.reset();
    Object.assign(here, { user: null, channel: null, state: null });
    go({ user: null, channel: null });
  },
});

// Looking again. Several reasons to look at the same thing become one request.

const waiting = new Set();
let isLooking = false;

function refresh(...what) {
  for (const one of what) waiting.add(one);
  if (!isLooking) look();
}

const LOOKS = { state: lookAtState, conversation: lookAtConversation, thread: lookAtThread, view: lookAtView, home: lookAtHome };

async function look() {
  isLooking = true;
  await Promise.resolve();
  try {
    while (waiting.size > 0) {
      const [next] = waiting;
      waiting.delete(next);
      await LOOKS[next]();
    }
    showTrouble(null);
  } catch (problem) {
    waiting.clear();
    showTrouble(problem instanceof Problem ? problem.message : "Something went wrong on this page. Reload it and try again.");
    if (!(problem instanceof Problem)) console.error(problem);
  } finally {
    isLooking = false;
  }
}

async function lookAtState() {
  const user = here.user;
  const state = await api.state(user);
  if (here.user !== user) return;
  here.state = state;
  sidebar.show(state, here.channel);
  clock.show(state.clock);
  showHeading();
}

async function lookAtConversation() {
  const { user, channel } = here;
  if (!channel) return;
  const { messages } = await api.conversation(channel, user);
  if (here.user !== user || here.channel !== channel) return;
  conversation.showMessages(messages);
}

async function lookAtThread() {
  const { user, channel, thread: ts } = here;
  if (!ts) return;
  const { messages } = await api.thread(channel, ts, user);
  if (here.user !== user || here.thread !== ts) return;
  thread.show(messages, placeName());
}

async function lookAtView() {
  const user = here.user;
  const view = await api.view(user);
  if (here.user === user) modal.show(view);
}

async function lookAtHome() {
  if (here.tab !== "home") return;
  const user = here.user;
  const view = await api.home(user);
  if (here.user === user) conversation.showHome(view);
}

function showTrouble(sentence) {
  byId("trouble").hidden = !sentence;
  byId("trouble-words").textContent = sentence || "";
}

// Where one is. The address says it, so that it can be kept, and two windows can be two people.

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  return { user: given.get("user"), channel: given.get("channel") };
}

function go({ user, channel }) {
  const address = new URLSearchParams();
  if (user) address.set("user", user);
  if (channel) address.set("channel", channel);
  const hash = `#${address}`;
  if (location.hash === hash || (hash === "#" && location.hash === "")) arrive();
  else location.hash = hash;
}

/** Goes where the address says; without a person in it, whoever one is stays. */
async function arrive() {
  const wanted = readAddress();
  const user = wanted.user || here.user;
  try {
    if (here.state === null || user !== here.user) await become(user);
    enter(wanted.channel);
  } catch (problem) {
    showTrouble(problem.message);
  }
}

/** Null, or someone who is not there: the first person of the workspace. */
async function become(user) {
  const state = await api.state(user).catch((problem) => (user === null ? Promise.reject(problem) : api.state(null)));
  Object.assign(here, { state, user: state.me.id, channel: null });
  stopListening();
  stopListening = listen(here.user, { heard, connected });
}

const everywhere = () => [...here.state.channels, ...here.state.dms];

function enter(wanted) {
  const channel = everywhere().find((one) => one.id === wanted) || everywhere()[0];
  if (channel?.id !== here.channel) {
    closeThread();
    conversation.clear();
    here.channel = channel?.id || null;
    showTab("messages");
  }
  history.replaceState(null, "", `#user=${encodeURIComponent(here.user)}&channel=${encodeURIComponent(here.channel || "")}`);
  sidebar.show(here.state, here.channel);
  sidebar.close();
  clock.show(here.state.clock);
  showHeading();
  refresh("conversation", "view", "state");
}

const place = () => everywhere().find((one) => one.id === here.channel) || null;
const isDirect = () => here.state.dms.some((one) => one.id === here.channel);
const isWithBot = () => here.state.dms.some((one) => one.id === here.channel && one.user_id === here.state.bot.user_id);

function placeName() {
  const name = place()?.name || "";
  return isDirect() ? name : `#${name}`;
}

function showHeading() {
  const at = place();
  if (!at) return;
  const detail = isDirect() ? (isWithBot() ? "Direct messages between you and the bot" : "Direct messages") : at.topic || "";
  conversation.setHeading({ name: at.name, detail, isChannel: !isDirect() });
  byId("tabs").hidden = !isWithBot();
  composer.setPlace(`Message ${placeName()}, or type / for commands`);
  document.title = `${placeName()} · ${byId("brand-name").textContent}`;
}

function showTab(tab) {
  here.tab = tab;
  for (const button of document.querySelectorAll("[data-tab]")) {
    const isHere = button.dataset.tab === tab;
    button.setAttribute("aria-selected", String(isHere));
    button.tabIndex = isHere ? 0 : -1;
  }
  byId("scroll").hidden = tab !== "messages";
  byId("composer").hidden = tab !== "messages";
  byId("home").hidden = tab !== "home";
  if (tab === "home") refresh("home");
  else conversation.toEnd();
}

function openThread(message, opener) {
  here.thread = message.thread_ts || message.ts;
  thread.open(opener);
  refresh("thread");
}

function closeThread() {
  here.thread = null;
  thread.close();
}

// What the sandbox tells us.

function heard(event) {
  if (event.type === "view") refresh("view", "home");
  else if (event.type === "clock") refresh("state");
  else if (event.channel === undefined || event.channel === here.channel) refresh("conversation", "thread", "state", "home");
  else refresh("state");
}

let wasCut = false;

function connected(isUp) {
  byId("offline").hidden = isUp;
  if (isUp && wasCut) refresh("state", "conversation", "thread", "view", "home");
  wasCut = !isUp;
}

// Switches that belong to no part.

const THEMES = [["system", "As this computer"], ["light", "Light"], ["dark", "Dark"]];
attachMenu(byId("theme"), () =>
  THEMES.map(([theme, label]) => ({ label, checked: window.sandboxTheme.read() === theme, choose: () => window.sandboxTheme.choose(theme) })));

for (const button of document.querySelectorAll("[data-tab]")) {
  button.addEventListener("click", () => showTab(button.dataset.tab));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = document.querySelector(`[data-tab="${button.dataset.tab === "home" ? "messages" : "home"}"]`);
    other.focus();
    other.click();
  });
}

byId("thread-composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = byId("thread-box");
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  const place = byId("thread-problem");
  place.hidden = true;
  try {
    await say(text, here.thread);
  } catch (problem) {
    box.value = text;
    place.textContent = problem.message;
    place.hidden = false;
  }
});
byId("thread-box").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("thread-composer").requestSubmit();
});

addEventListener("hashchange", arrive);
arrive();
