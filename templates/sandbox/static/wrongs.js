// The strip under the clock: what is going to go wrong, and what is wrong until it is put right.

import { announce, byId, isBusy, setBusy } from "./dom.js";

/** clear(): a promise that everything is right again. Returns say(kind, words), which puts words in the strip, "" for none. */
export function attachWrongs(clear) {
  const said = { faults: "", conditions: "" };
  for (const id of ["faults-clear", "armed-clear"]) byId(id).addEventListener("click", (event) => settle(event.currentTarget));

  async function settle(control) {
    if (isBusy(control)) return;
    setBusy(control, true);
    try {
      await clear();
      announce("Everything is right again.");
    } finally {
      setBusy(control, false);
    }
  }

  return (kind, words) => {
    said[kind] = words;
    const all = Object.values(said).filter(Boolean).join(" ");
    byId("armed").hidden = all === "";
    byId("armed-words").textContent = all;
    byId("faults-clear").disabled = all === "";
  };
}
