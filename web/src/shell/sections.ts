import type { Words } from "../words/languages.ts";

interface Section {
  name: Exclude<keyof Words["nav"], "label" | "menu" | "closeMenu">;
  to: string;
  isAt: (path: string) => boolean;
}

const below = (to: string) => (path: string) => path === to || path.startsWith(`${to}/`);

/** The rooms of the dashboard, in the order of the menu. */
export const sections: readonly Section[] = [
  { name: "firstSteps", to: "/", isAt: (path) => path === "/" },
  { name: "inbox", to: "/inbox", isAt: below("/inbox") },
  { name: "messages", to: "/messages", isAt: below("/messages") },
  { name: "domains", to: "/domains", isAt: below("/domains") },
  { name: "keys", to: "/keys", isAt: below("/keys") },
  { name: "holdings", to: "/holdings", isAt: below("/holdings") },
  { name: "status", to: "/status", isAt: below("/status") },
];
