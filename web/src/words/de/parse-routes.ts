import type { parseRoutes as english } from "../en/parse-routes.ts";

export const parseRoutes: typeof english = {
  title: "Eingangswege",
  lead: "Post, die an einer Adresse eingeht, wird an ein Programm von Ihnen gesendet: Antworten, Bestellungen, Anfragen.",
  add: "Weg hinzufügen",
  addAction: "Hinzufügen",
  added: (address) => `Post an ${address} wird von jetzt an weitergegeben.`,
  caption: "Adressen, deren Post weitergegeben wird",
  columns: { address: "Adresse", url: "Geht an", made: "Erzeugt", action: "Aktionen" },
  urlHint: "Etwa https://laden.example/post. Die Post kommt dort in der Form von Mailjets Parse API an.",
  addressHint:
    "Aus einer bestätigten Domain, deren MX hierher führt. Lassen Sie das Feld leer, so erzeugt der Dienst eine Adresse.",
  remove: "Entfernen",
  removeOf: (address) => `${address} entfernen`,
  removeAsk: (address) =>
    `Post an ${address} wird dann abgewiesen, und was auf die Weitergabe wartet, wird nicht mehr weitergegeben.`,
  removed: (address) => `Für ${address} wird keine Post mehr angenommen.`,
  emptyTitle: "Noch kein Weg",
  emptyText: "Ein Eingangsweg macht aus Post Anfragen: Ihr Programm braucht kein Postfach.",
  emptyPoints: [
    "Jede Nachricht wird zerlegt: Absender, Betreff, Text, HTML, Kopfzeilen und Anhänge.",
    "Sie wird gesendet, bis Ihr Programm sie angenommen hat, höchstens fünf Tage lang.",
    "Rückläufer, Beschwerden und Abmeldungen werden vorher erkannt und dort gezählt, wo sie hingehören.",
  ],
};
