// Light or dark, before the first paint: as the machine prefers, unless someone chose here. A classic script on purpose.
(function () {
  const key = "sandbox-theme";
  const root = document.documentElement;
  const apply = (theme) => (theme === "system" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", theme));
  const read = () => {
    try {
      return localStorage.getItem(key) || "system";
    } catch {
      return "system";
    }
  };
  apply(read());
  window.sandboxTheme = {
    read,
    choose(theme) {
      try {
        localStorage.setItem(key, theme);
      } catch {
        // Without storage the choice lasts until the page is closed.
      }
      apply(theme);
    },
  };
})();
