// What lies under an open panel cannot be reached by the keyboard or a screen reader.

import { byId } from "./dom.js";

const over = new Set();

/** name: what lies over the conversation ("thread", "panel", "side"), or no longer does. */
export function cover(name, isOver) {
  if (isOver) over.add(name);
  else over.delete(name);
  byId("talk").inert = over.size > 0;
  for (const id of ["thread", "wire", "faults"]) byId(id).inert = over.has("side");
}
