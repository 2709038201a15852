import type { en } from "./en/index.ts";

/** Every text of the dashboard. English says which there are; the other languages have the same, or do not compile. */
export type Words = typeof en;

/** The languages, as their own speakers call them. */
export const languageNames = { en: "English", fr: "Français", de: "Deutsch" } as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as Language[];

/** The chosen language, else the first of the browser's that there is, else English. */
export function languageFor(chosen: string | null, preferred: readonly string[]): Language {
  const known = (tag: string) => languages.find((each) => each === tag.toLowerCase().split("-")[0]);
  if (chosen !== null && known(chosen) !== undefined) return known(chosen) ?? "en";
  for (const tag of preferred) {
    const language = known(tag);
    if (language !== undefined) return language;
  }
  return "en";
}

/** How numbers and dates are written: as the browser's own region does, where it speaks the language. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}
