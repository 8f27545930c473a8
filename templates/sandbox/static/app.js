// Joins the parts: what a person does, what is looked at again, what the sandbox tells us.

import { api, listen } from "./api.js";
import { ClockBar } from "./clock.js";
import { Composer } from "./composer.js";
import { Conditions } from "./conditions.js";
import { Conversation } from "./conversation.js";
import { dismiss, forgetDismissed, stillShown } from "./dismissed.js";
import { announce, byId } from "./dom.js";
import { attachDrop } from "./drop.js";
import { Faults } from "./faults.js";
import { drawFrame, showTrouble } from "./frame.js";
import { Guide } from "./guide.js";
import { everywhere, go, here, isDirect, isWithBot, makeContext, place, placeName, readAddress, settle, zone } from "./here.js";
import { hearing } from "./hearing.js";
import { Looks } from "./looks.js";
import { Modal } from "./modal.js";
import { Panels } from "./panels.js";
import { Remembered } from "./remembered.js";
import { attachReplies } from "./replies.js";
import { Sidebar } from "./sidebar.js";
import { attachTabs } from "./tabs.js";
import { attachThemes } from "./themes.js";
import { Thread } from "./thread.js";
import { isDigest, Walk } from "./walk.js";
import { whenRead } from "./reading.js";
import { typedText } from "./typed.js";
import { Undone } from "./undone.js";
import { askWhere } from "./where.js";
import { Wire } from "./wire.js";
import { attachWrongs } from "./wrongs.js";

// What a person does. After anything done the page looks at once: the news of it may come a moment later.

async function acted(request) {
  try {
    return await request;
  } finally {
    looks.again("conversation", "view", "thread", "state");
  }
}

async function pressMessage(message, payload) {
  await acted(api.press({ user: here.user, channel: here.channel, ts: message.ts, ...payload }));
  walk.pressed(payload);
}
const pressView = (payload) => acted(api.press({ user: here.user, ...payload }));

async function useMessage(message) {
  composer.tell("");
  try {
    await acted(api.useShortcut({ user: here.user, channel: here.channel, ts: message.ts }));
  } catch (problem) {
    composer.tell(problem.message);
  }
}

async function say(text, thread_ts) {
  const before = shown;
  await acted(api.say({ user: here.user, channel: here.channel, text, thread_ts }));
  walk.said(text, before);
}

/**
 * A file goes to the bot's direct messages, where it takes plans, and one goes there to see what it found. Anywhere
 * else one is asked first who is to see it. Words in the box go along with it.
 */
async function give(file) {
  const channel = isWithBot() ? here.channel : await askWhere(file.name, { name: placeName(), hasBot: place().has_bot });
  if (channel === null) return byId("box").focus();
  const text = composer.words();
  announce(text ? `Sending ${file.name} with your message.` : `Giving the bot ${file.name}.`);
  try {
    const given = await api.upload({ user: here.user, file, text, channel });
    if (text) composer.empty();
    await visit(here.user, given.channel);
    if (isWithBot()) walk.given([{ ts: given.ts }]);
    looks.again("conversation", "state");
  } catch (problem) {
    composer.tell(problem.message);
  }
}

function putAway(message) {
  const node = conversation.node(message.ts);
  const next = node?.nextElementSibling || node?.previousElementSibling;
  dismiss(here.user, here.channel, message);
  showMessages(latest);
  (next?.isConnected && next.matches(".message") ? next : byId("box")).focus({ preventScroll: true });
}

async function startAgain() {
  await api.reset();
  forget();
}

function forget() {
  guide.forget();
  forgetDismissed();
  undone.forget();
  modal.show(null);
  byId("resetting").hidden = true;
  Object.assign(here, { user: null, channel: null, state: null });
  go({}, arrive);
}

// The parts.

const undone = new Undone({ ask: async (values) => (await api.usedButtons(here.user, values)).used, changed: drawAgain });
here.isUndone = (value) => undone.has(value);
const conversation = new Conversation({
  makeContext, pressMessage,
  pressHome: (view, payload) => pressView({ view_id: view.id, ...payload }),
  openThread, dismiss: putAway, use: useMessage,
  edit: (message) => composer.edit(message.ts, typedText(message.text, here.state)),
});
const thread = new Thread({ makeContext, pressMessage, use: useMessage, dismiss: putAway, closed: closeThread });
const modal = new Modal({
  makeContext,
  press: pressView,
  submit: (body) => acted(api.submit({ user: here.user, ...body })),
  close: (body) => acted(api.closeView({ user: here.user, ...body })),
});
const composer = new Composer({
  edit: (ts, text) => acted(api.edit({ user: here.user, channel: here.channel, ts, text })),
  hint: () => looks.again("hints"),
  changed: (text) => walk.typed(text),
  say: async (text) => {
    conversation.toEnd();
    await say(text);
  },
});
const sidebar = new Sidebar({ become: changePerson });
const clock = new ClockBar({
  zone,
  move: moveClock,
  play: () => {
    conversation.follow();
    return api.play();
  },
  stop: async () => (await api.stopPlaying()).words,
  reset: startAgain,
});
const wire = new Wire({ read: api.wire, clear: api.clearWire });
const sayWrong = attachWrongs(putRight);
const faults = new Faults(api.setFaults, (words) => sayWrong("faults", words));
const conditions = new Conditions(api.setConditions, (words) => sayWrong("conditions", words));
const panels = new Panels((name, isOpen) => {
  if (isOpen) {
    closeThread();
    sidebar.close();
  }
  if (name === "wire") wire.opened(isOpen);
  if (isOpen) looks.again(name);
});
const guide = new Guide((name) => walk.go(name));
const chooseFile = attachDrop({ give, tell: (sentence) => composer.tell(sentence) });
const walk = new Walk({
  api, here, visit, say, chooseFile,
  point: (ts) => conversation.point(ts),
  suggest: (text) => composer.suggest(text),
  step: (to) => clock.step(to),
}, guide);
const markTab = attachTabs(showTab);
const { heard, connected } = hearing({ again: (...names) => looks.again(...names), forget, clock });
const looks = new Looks({
  state: lookAtState, conversation: lookAtConversation, thread: lookAtThread, view: lookAtView, home: lookAtHome,
  hints: lookAtHints, undone: () => undone.look([...latest, ...latestReplies]), wire: () => wire.look(), faults: lookAtFaults,
}, showTrouble);
const remembered = new Remembered();
let stopListening = () => undefined;
let stopWatching = () => undefined;
let latest = [];
let latestReplies = [];
let shown = [];
let left = null;
let isChangingPerson = false;

attachReplies((text) => say(text, here.thread));

attachThemes();

// Looking. An answer for someone or somewhere one has left in the meantime is dropped.

async function lookAtState() {
  const { user } = here;
  if (user === null) return;
  const state = await api.state(user);
  if (here.user !== user || here.state === null) return;
  here.state = state;
  showFrame();
}

async function lookAtConversation() {
  const { user, channel } = here;
  if (!channel) return;
  const answer = await api.conversation(channel, user, remembered.version(user, channel));
  if (here.user === user && here.channel === channel) showMessages(remembered.take(user, channel, answer));
}

function showMessages(messages) {
  latest = messages;
  shown = stillShown(here.user, here.channel, messages);
  conversation.showMessages(shown);
  walk.saw(shown);
  watchDigest();
  looks.again("undone");
}

/** The digest is read once it has been in sight for a while; those from before the jump to Monday do not count. */
function watchDigest() {
  stopWatching();
  const digest = guide.isDone("monday") && !guide.isDone("digest") && shown.findLast(isDigest);
  const node = digest && conversation.node(digest.ts);
  stopWatching = node ? whenRead(node, () => guide.tick("digest")) : () => undefined;
}

async function lookAtHints() {
  const { user } = here;
  if (user === null) return;
  const hints = await api.hints(user);
  if (here.user === user) composer.knows(hints);
}

async function lookAtThread() {
  const { user, channel, thread: ts } = here;
  if (!ts) return;
  const { messages } = await api.thread(channel, ts, user);
  if (here.user !== user || here.thread !== ts) return;
  showReplies(messages);
  walk.saw(messages);
  looks.again("undone");
}

function showReplies(messages) {
  latestReplies = messages;
  thread.show(stillShown(here.user, here.channel, messages), placeName());
}

/** What was taken back is no longer offered to be. */
function drawAgain() {
  conversation.showMessages(shown);
  if (here.thread) thread.show(stillShown(here.user, here.channel, latestReplies), placeName());
}

async function lookAtFaults() {
  faults.show(await api.faults());
  conditions.show(await api.conditions());
}

async function putRight() {
  faults.show(await api.setFaults({ clear: true }));
  conditions.show(await api.setConditions({ clear: true }));
}

async function lookAtView() {
  const { user } = here;
  if (user === null) return;
  const view = await api.view(user);
  if (here.user === user && here.state !== null) modal.show(view);
}

async function lookAtHome() {
  if (here.tab !== "home") return;
  const { user } = here;
  const view = await api.home(user);
  if (here.user === user && here.tab === "home") conversation.showHome(view);
}

async function moveClock(where) {
  const before = here.state.clock.now_iso;
  conversation.follow();
  const { words } = await acted(api.moveClock(where));
  const { clock: moved } = await api.state(here.user);
  walk.moved(moved, before);
  return { words, now: moved.now_words };
}

// Being someone, somewhere.

/** Goes there as that person; a channel of null is the direct message with the bot. Settles once one is there. */
async function visit(user, channel) {
  if (user !== here.user) await become(user);
  const bot = here.state.dms.find((one) => one.user_id === here.state.bot.user_id)?.id;
  enter(channel ?? bot);
  showTab("messages");
  await lookAtConversation();
}

/** Goes where the address says; without a person in it, whoever one is stays. */
async function arrive() {
  const wanted = readAddress();
  const user = wanted.user || here.user;
  try {
    if (here.state === null || user !== here.user) await become(user);
    enter(wanted.channel);
    byId("resetting").hidden = true;
    showTrouble(null);
  } catch (problem) {
    isChangingPerson = false;
    if (here.state !== null) return showTrouble(problem.message);
    // Nobody is there yet: the workspace is still being filled, or not running.
    byId("resetting").hidden = false;
    setTimeout(arrive, 700);
  }
}

/** As someone else, in the same channel if they are in it. Whatever is open at the side stays open. */
function changePerson(user) {
  isChangingPerson = true;
  go({ user, channel: isDirect() ? null : here.channel }, arrive);
}

/** Null, or someone who is not there: the first person of the workspace. */
async function become(user) {
  const state = await api.state(user).catch((problem) => (user === null ? Promise.reject(problem) : api.state(null)));
  left = here.channel;
  Object.assign(here, { state, user: state.me.id, channel: null });
  stopListening();
  stopListening = listen(here.user, { heard, connected });
}

function enter(wanted) {
  const channel = (everywhere().find((one) => one.id === wanted) || everywhere()[0])?.id ?? null;
  const isSamePlace = isChangingPerson && channel === left;
  if (channel !== here.channel) {
    if (!isSamePlace) closeThread();
    conversation.clear();
    composer.forget();
    here.channel = channel;
    showTab("messages");
  }
  settle(here);
  showFrame();
  if (!isChangingPerson) sidebar.close();
  isChangingPerson = false;
  looks.again("conversation", "thread", "view", "state", "faults");
}

const showFrame = () => drawFrame({ sidebar, clock, conversation });

function showTab(tab) {
  here.tab = tab;
  markTab(tab);
  byId("scroll").hidden = tab !== "messages";
  byId("composer").hidden = tab !== "messages";
  byId("home").hidden = tab !== "home";
  if (tab === "home") openHome();
  else conversation.toEnd();
}

/** The bot hears that its Home tab was opened, and may publish it then. */
async function openHome() {
  looks.again("home");
  await api.openHome({ user: here.user }).catch(() => undefined);
  looks.again("home");
}

function openThread(message) {
  panels.close();
  here.thread = message.thread_ts || message.ts;
  thread.open(message.ts);
  looks.again("thread");
}

function closeThread() {
  here.thread = null;
  latestReplies = [];
  thread.close();
}

addEventListener("hashchange", arrive);
arrive();
