// The small box under a thread.

import { byId, isBusy, setBusy } from "./dom.js";

/** say(text): a promise, as for the composer. */
export function attachReplies(say) {
  const form = byId("thread-composer");
  const box = byId("thread-box");
  const button = form.querySelector("button");
  const tell = (sentence) => {
    byId("thread-problem").hidden = !sentence;
    byId("thread-problem").textContent = sentence;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text || isBusy(button)) return;
    tell("");
    box.value = "";
    setBusy(button, true);
    try {
      await say(text);
    } catch (problem) {
      box.value ||= text;
      tell(problem.message);
    } finally {
      setBusy(button, false);
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
