import type { Language, Words } from "./languages.ts";

/** Only the texts of the language that is shown are fetched. */
export async function loadWords(language: Language): Promise<Words> {
  switch (language) {
    case "en":
      return (await import("./en/index.ts")).en;
    case "fr":
      return (await import("./fr/index.ts")).fr;
    case "de":
      return (await import("./de/index.ts")).de;
  }
}
