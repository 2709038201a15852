import type { Words } from "../words/languages.ts";

interface Section {
  name: Exclude<keyof Words["nav"], "label" | "menu" | "closeMenu">;
  to: string;
  isAt: (path: string) => boolean;
}

/** The rooms of the dashboard, in the order of the menu. */
export const sections: readonly Section[] = [{ name: "firstSteps", to: "/", isAt: (path) => path === "/" }];
