// What the sandbox tells us, and what is looked at again because of it.

import { byId } from "./dom.js";
import { here } from "./here.js";

/** hooks: again(...names), forget(), clock. Gives { heard(event), connected(isUp) }. */
export function hearing({ again, forget, clock }) {
  let wasCut = false;
  const heard = (event) => {
    if (event.type === "reset") forget();
    else if (event.type === "resetting") byId("resetting").hidden = false;
    else if (event.type === "playing" || event.type === "played") clock.heard(event);
    else if (event.type === "wire" || event.type === "faults") again(event.type);
    else if (event.type === "view") again("view", "home");
    else if (event.type === "clock") again("state", "conversation");
    else if (event.channel === here.channel) again("conversation", "thread", "state");
    else again("state");
  };
  const connected = (isUp) => {
    byId("offline").hidden = isUp;
    if (isUp && wasCut) again("state", "conversation", "thread", "view", "home");
    wasCut = !isUp;
  };
  return { heard, connected };
}
