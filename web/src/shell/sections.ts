import type { Words } from "../words/languages.ts";

interface Section {
  name: Exclude<keyof Words["nav"], "label" | "menu" | "closeMenu" | "groups">;
  to: string;
  isAt: (path: string) => boolean;
}

interface Group {
  /** Null for what needs no heading. */
  name: keyof Words["nav"]["groups"] | null;
  sections: readonly Section[];
}

const section = (name: Section["name"], to: string): Section => ({
  name,
  to,
  isAt: (path) => path === to || (to !== "/" && path.startsWith(`${to}/`)),
});

/** The rooms of the dashboard, in the order of the menu: what is done daily, what is set up once, how the house stands. */
export const groups: readonly Group[] = [
  { name: null, sections: [section("firstSteps", "/")] },
  {
    name: "mail",
    sections: [
      section("messages", "/messages"),
      section("inbox", "/inbox"),
      section("statistics", "/statistics"),
      section("deliverability", "/deliverability"),
      section("suppressions", "/suppressions"),
      section("readers", "/readers"),
    ],
  },
  {
    name: "setUp",
    sections: [
      section("domains", "/domains"),
      section("keys", "/keys"),
      section("smtp", "/smtp"),
      section("webhooks", "/webhooks"),
      section("parseRoutes", "/parse-routes"),
    ],
  },
  {
    name: "service",
    sections: [section("status", "/status"), section("holdings", "/holdings")],
  },
];
