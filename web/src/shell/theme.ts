import { remember, remembered } from "./memory.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The appearance that was chosen; public/early.js applies it before the first paint. */
export function chosenTheme(): Theme {
  const theme = remembered("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Shows everything in the wanted appearance, now and next time. */
export function applyTheme(theme: Theme): void {
  remember("theme", theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
