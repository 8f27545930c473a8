// Whether a message has been on the screen long enough to be read.

const LONG_ENOUGH_MS = 1000;

/** Calls read() once the node has stood in sight for a second; returns a function that stops watching. */
export function whenRead(node, read) {
  let timer = null;
  const watcher = new IntersectionObserver(([entry]) => {
    clearTimeout(timer);
    if (!entry.isIntersecting) return;
    timer = setTimeout(() => {
      watcher.disconnect();
      read();
    }, LONG_ENOUGH_MS);
  });
  watcher.observe(node);
  return () => {
    clearTimeout(timer);
    watcher.disconnect();
  };
}
