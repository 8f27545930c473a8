// What stands around a conversation: the list at the left, the clock, the heading, the title of the window.

import { byId } from "./dom.js";
import { here, isDirect, isWithBot, place, placeName } from "./here.js";

export function drawFrame({ sidebar, clock, conversation }) {
  sidebar.show(here.state, here.channel);
  clock.show(here.state.clock);
  const at = place();
  if (!at) return;
  const detail = isWithBot() ? "Between you and the bot. Nobody else sees this." : channelDetail(at, here.state.plan);
  conversation.setHeading({ name: at.name, detail, isChannel: !isDirect() });
  byId("tabs").hidden = !isWithBot();
  document.title = `${placeName()} · ${byId("brand-name").textContent}`;
}

const channelDetail = (at, plan) =>
  !at.has_bot ? "The bot is not in this channel." : [at.is_archived ? "Archived" : "", at.is_private ? "Private channel" : "", plan?.title, plan?.is_sample ? "the sample plan" : ""].filter(Boolean).join(", ");

/** A sentence under the band on what is wrong with the whole page; null when it works again. */
export function showTrouble(sentence) {
  byId("trouble").hidden = !sentence;
  byId("trouble-words").textContent = sentence || "";
}
