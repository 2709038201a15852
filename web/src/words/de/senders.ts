import type { senders as english } from "../en/senders.ts";

export const senders: typeof english = {
  title: "Einzelne Adressen",
  lead: "Ohne eigene Domain: Eine Adresse darf senden, sobald ihr Besitzer dem Link in einer Mail gefolgt ist.",
  caption: "Adressen, die senden dürfen",
  columns: { address: "Adresse", state: "Zustand", action: "Aktionen" },
  states: { active: "Darf senden", inactive: "Wartet auf den Besitzer" },
  linkUntil: "Der Link in der Mail gilt bis",
  addLabel: "Adresse",
  addHint:
    "Ihr Besitzer bekommt eine Mail mit einem Link. Bis er ihm folgt, geht nichts in seinem Namen hinaus.",
  add: "Adresse hinzufügen",
  added: (address) => `Eine Mail mit einem Link ist unterwegs zu ${address}.`,
  again: "Link erneut senden",
  remove: "Entfernen",
  removeOf: (what) => `${what} entfernen`,
  removeAsk: (address) => `Von da an geht nichts mehr im Namen von ${address} hinaus.`,
  removed: (what) => `${what} ist entfernt.`,
  removeDomainAsk: (name) =>
    `Die Post von ${name} geht von da an in den Test-Posteingang. Ihr Schlüssel wird vernichtet: Wer zurückkommt, veröffentlicht einen neuen.`,
};
