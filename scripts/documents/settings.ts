import { type Group, type Variable, variables } from "../../src/config/env.ts";

const groups: readonly { group: Group; title: string; words: string }[] = [
  { group: "places", title: "Data and database", words: "Where everything is kept." },
  { group: "http", title: "HTTP", words: "The API, the pages and the dashboard." },
  { group: "submission", title: "SMTP submission", words: "Programs that hand in mail by SMTP." },
  { group: "inbound", title: "Inbound SMTP", words: "Other servers bring what comes back." },
  { group: "delivery", title: "Delivery", words: "How mail leaves." },
  {
    group: "operator",
    title: "Mode and operator",
    words: "Production says who is responsible, and refuses what is unsafe.",
  },
  { group: "secrets", title: "Root key", words: "There is no default key and no default password." },
  { group: "limits", title: "Limits", words: "What one account may use." },
  { group: "process", title: "Process", words: "What this process does and says." },
];

const inGroup = (wanted: Group): Variable[] =>
  Object.values<Variable>(variables).filter(({ group }) => group === wanted);

const makeNote = "Made from src/config/env.ts by `npm run docs`.";

/** docs/settings.md */
export function settingsPage(): string {
  const sections = groups.map(({ group, title, words }) =>
    [`## ${title}`, words, ...inGroup(group).map(settingSection)].join("\n\n"),
  );
  return `${[
    "# Settings",
    `Facteur is configured by variables of the environment. A file \`.env\` in the working folder is read too; what is really set wins over it. When something is wrong, the service does not start and names every wrong setting at once. ${makeNote}`,
    ...sections,
  ].join("\n\n")}\n`;
}

function settingSection({ name, meaning, example, fallback, absence }: Variable): string {
  const standard = fallback === null ? (absence ?? "") : `\`${fallback}\``;
  const shown = example.includes("`") ? example : `\`${name}=${example}\``;
  return `### ${name}\n\n${meaning}\n\nWithout it: ${standard}. Example: ${shown}.`;
}

/** .env.example */
export function envExample(): string {
  const sections = groups.map(({ group, title }) =>
    [`# ${title}`, ...inGroup(group).map(exampleLines)].join("\n\n"),
  );
  return `${["# Copy to .env and keep it to yourself (mode 600). docs/settings.md explains every line.", ...sections].join("\n\n")}\n`;
}

function exampleLines({ name, example, fallback, absence }: Variable): string {
  const words = fallback === null ? `Without it: ${absence ?? ""}.` : `Without it: ${fallback}`;
  return `# ${words}\n#${name}=${example.includes("`") ? "" : example}`.replaceAll(/ +$/gm, "");
}
