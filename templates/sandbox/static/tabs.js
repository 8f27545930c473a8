// Two tabs, as in the ARIA pattern: arrows move between them.

/** Calls chosen(name) when a [data-tab] is chosen; returns show(name), which marks one. */
export function attachTabs(chosen) {
  const tabs = [...document.querySelectorAll("[data-tab]")];
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => chosen(tab.dataset.tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      const next = tabs.at((index + step) % tabs.length);
      next.focus();
      next.click();
    });
  }
  return (name) => {
    for (const tab of tabs) {
      const isHere = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isHere));
      tab.tabIndex = isHere ? 0 : -1;
    }
  };
}
