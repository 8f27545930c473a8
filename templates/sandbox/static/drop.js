// A plan dropped on the page, or chosen: it goes to the bot's direct messages.

import { byId } from "./dom.js";

const MOST_BYTES = 10 * 1024 * 1024;
const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

/** give(file): a promise. tell(sentence): what cannot be given. Returns a function that asks for a file. */
export function attachDrop({ give, tell }) {
  const cover = byId("drop");
  const input = byId("file");
  let depth = 0;
  const settle = (isOver) => {
    if (!isOver) depth = 0;
    cover.hidden = !isOver;
  };
  const check = (files) => {
    const [file] = files;
    if (!file) return;
    if (files.length > 1) return tell("One file at a time, please. Drop the plan on its own.");
    if (file.size > MOST_BYTES) return tell(`“${file.name}” is larger than 10 MB. Choose a smaller file.`);
    if (file.size === 0) return tell(`“${file.name}” is empty. Choose another file.`);
    give(file);
  };
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    settle(true);
  });
  addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) settle(false);
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    settle(false);
    check([...event.dataTransfer.files]);
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    check(files);
  });
  byId("attach").addEventListener("click", () => input.click());
  return () => input.click();
}
