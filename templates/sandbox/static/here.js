// Who one is and where: the page's only shared state, and what blocks need to know of it to be drawn.

export const here = { user: null, channel: null, thread: null, tab: "messages", state: null, isUndone: () => false };

const nameOf = (user) => user.real_name || user.name;
/** The full name with the initials that the plan knows the person by: "Asha Birch (AB)". */
export function nameWithInitials(user) {
  const initials = user.name.toUpperCase();
  const isSaid = !/^\p{Lu}{1,3}$/u.test(initials) || nameOf(user).toUpperCase().split(/\s+/).includes(initials);
  return isSaid ? nameOf(user) : `${nameOf(user)} (${initials})`;
}

const titled = (user) => (user.title ? `${nameOf(user)}, ${user.title}` : nameOf(user));

export const zone = () => here.state?.me.tz || "Europe/London";
export const everywhere = () => [...here.state.channels, ...here.state.dms];
export const place = () => everywhere().find((one) => one.id === here.channel) || null;
export const isDirect = () => here.state.dms.some((one) => one.id === here.channel);
export const isWithBot = () => here.state.dms.some((one) => one.id === here.channel && one.user_id === here.state.bot.user_id);

/** "#board", or the name of whoever one writes to. */
export function placeName() {
  const name = place()?.name || "";
  return isDirect() ? name : `#${name}`;
}

/** What drawing needs: names, the zone, the simulated time in seconds, and `press(payload)` for what is pressed. */
export function makeContext(press) {
  const { state } = here;
  const users = new Map([...state.users.map((user) => [user.id, nameOf(user)]), [state.bot.user_id, state.bot.name]]);
  const channels = new Map(state.channels.map((channel) => [channel.id, channel.name]));
  return {
    press,
    me: here.user,
    zone: zone(),
    now: Date.parse(state.clock.now_iso) / 1000,
    botId: state.bot.user_id,
    isUndone: (value) => here.isUndone(value),
    hue: (id) => state.users.findIndex((user) => user.id === id),
    userName: (id) => users.get(id) || null,
    channelName: (id) => channels.get(id) || null,
    people: () => state.users.filter((user) => !user.deleted).map((user) => ({ id: user.id, label: titled(user) })),
    channels: () => state.channels.map((channel) => ({ id: channel.id, label: `#${channel.name}` })),
  };
}

// The address says who and where, so that it can be kept, and two windows can be two people.

export function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  return { user: given.get("user"), channel: given.get("channel") };
}

function addressOf({ user, channel }) {
  const address = new URLSearchParams();
  if (user) address.set("user", user);
  if (channel) address.set("channel", channel);
  return `#${address}`;
}

/** Goes somewhere: the page follows the address, so that Back works. */
export function go(where, arrive) {
  const address = addressOf(where);
  if (location.hash === address || (address === "#" && location.hash === "")) arrive();
  else location.hash = address;
}

/** Corrects the address without a step to go back to. */
export const settle = (where) => history.replaceState(null, "", addressOf(where));
