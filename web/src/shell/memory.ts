/** What the browser remembers between visits: choices of the person, nothing about mail. */
type Choice = "language" | "theme";

const keyOf = (choice: Choice) => `facteur.${choice}`;

/** What was chosen; null when nothing was, or storage is switched off. */
export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(keyOf(choice));
  } catch {
    return null;
  }
}

/** Remembers a choice; null forgets it. */
export function remember(choice: Choice, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(keyOf(choice));
    else localStorage.setItem(keyOf(choice), value);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
