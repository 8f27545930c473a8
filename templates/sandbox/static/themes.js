// The choice of light or dark, in the list at the left.

import { byId } from "./dom.js";
import { attachMenu } from "./menu.js";

const THEMES = [["system", "As this computer is set"], ["light", "Light"], ["dark", "Dark"]];

export function attachThemes() {
  const { read, choose } = window.sandboxTheme;
  attachMenu(byId("theme"), () => THEMES.map(([theme, label]) => ({ label, checked: read() === theme, choose: () => choose(theme) })));
}
