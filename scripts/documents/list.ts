import { dataMap } from "./data-map.ts";
import { limitsPage } from "./limits.ts";
import { meaningsPage } from "./meanings.ts";
import { envExample, settingsPage } from "./settings.ts";
import { standards } from "./standards.ts";
import { webContract, webPlaces } from "./web-contract.ts";

/** A file that is made from the source, committed, and compared by a test. */
export interface GeneratedDocument {
  file: string;
  make: (folder: string) => string | Promise<string>;
}

export const documents: readonly GeneratedDocument[] = [
  { file: "docs/settings.md", make: settingsPage },
  { file: ".env.example", make: envExample },
  { file: "docs/data-map.md", make: dataMap },
  { file: "docs/limits.md", make: limitsPage },
  { file: "docs/meanings.md", make: meaningsPage },
  { file: "docs/standards.tsv", make: standards },
  { file: "web/src/api/contract.ts", make: webContract },
  { file: "web/src/api/places.ts", make: webPlaces },
];
