import type { keys as english } from "../en/keys.ts";

export const keys: typeof english = {
  title: "API-Schlüssel",
  lead: "Programme weisen sich mit einem Schlüsselpaar aus. Geben Sie jedem sein eigenes, mit nicht mehr Rechten, als es braucht.",
  make: "Schlüsselpaar erzeugen",
  caption: "Schlüsselpaare dieses Kontos",
  columns: {
    name: "Name",
    key: "API-Schlüssel",
    may: "Darf",
    used: "Zuletzt benutzt",
    made: "Erzeugt",
    action: "Aktionen",
  },
  unnamed: "Ohne Namen",
  primary: "Erstes Paar",
  inactive: "Abgeschaltet",
  never: "Nie",
  scopes: { full: "alles", send: "senden", read: "lesen", manage: "verwalten" },
  scopeHints: {
    send: "Nachrichten aufgeben, abbrechen und erneut versuchen.",
    read: "Nachrichten, Test-Posteingang, Domains und Warteschlange sehen.",
    manage: "Domains, Absender und Schlüssel ändern; schließt das Lesen ein.",
  },
  nameLabel: "Name",
  nameHint: "Wofür der Schlüssel ist, etwa „Laden“ oder „Rundbrief-Server“.",
  mayLabel: "Was der Schlüssel darf",
  nameMissing: "Geben Sie dem Schlüssel einen Namen, damit Sie ihn wiedererkennen.",
  scopeMissing: "Wählen Sie mindestens ein Recht.",
  madeTitle: "Das Schlüsselpaar ist erzeugt",
  madeText:
    "Der geheime Schlüssel wird jetzt gezeigt und nie wieder: Gespeichert ist nur sein Hashwert. Kopieren Sie ihn dorthin, wo Sie Geheimnisse aufbewahren.",
  madeDone: "Ich habe ihn kopiert",
  revoke: "Widerrufen",
  revokeOf: (name) => `${name} widerrufen`,
  revokeAsk: (name) =>
    `Programme mit „${name}“ werden binnen Sekunden abgewiesen, auf jedem Rechner. Ein widerrufenes Schlüsselpaar kommt nicht zurück.`,
  revoked: (name) => `„${name}“ ist widerrufen.`,
};
