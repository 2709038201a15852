import type { inbox as english } from "../en/inbox.ts";

export const inbox: typeof english = {
  title: "Test-Posteingang",
  lead: "Post, die hier geblieben ist, statt hinauszugehen, genau so, wie sie über die Leitung gegangen wäre.",
  list: "Nachrichten im Test-Posteingang",
  emptyTitle: "Noch keine Nachricht",
  emptyText:
    "Post von Absendern, deren Domain nicht bestätigt ist, landet hier. Nichts verlässt diesen Rechner: Sie können alles mit echten Adressen ausprobieren.",
  emptyAction: "Die erste Nachricht senden",
  choose: "Wählen Sie eine Nachricht aus, um sie zu lesen.",
  gone: "Diese Nachricht ist nicht mehr im Test-Posteingang.",
  back: "Alle Nachrichten",
  empty: "Test-Posteingang leeren",
  emptyAsk: "Alle Nachrichten aus dem Test-Posteingang entfernen? Sie lassen sich nicht zurückholen.",
  emptied: (count, text) =>
    count === 1 ? "Eine Nachricht wurde entfernt." : `${text} Nachrichten wurden entfernt.`,
  noSubject: "(ohne Betreff)",
  from: "Von",
  to: "An",
  at: "Eingegangen",
  size: "Größe",
  history: "Was mit ihr geschah",
  views: "Ansichten der Nachricht",
  message: "Nachricht",
  text: "Text",
  headers: "Kopfzeilen",
  source: "Quelltext",
  signed: "Signaturen",
  unsigned: "Diese Nachricht ist nicht signiert",
  unsignedHint:
    "Die Domain des Absenders hat noch keinen bestätigten Schlüssel. Sobald die Domain bestätigt ist, wird jede ihrer Nachrichten signiert.",
  verifies: "Ein Empfänger, der den Schlüssel im DNS findet, kann diese Signatur prüfen.",
  fails: "Diese Signatur passt nicht zur Nachricht.",
  signature: {
    domain: "Domain",
    selector: "Selektor",
    algorithm: "Verfahren",
    headers: "Signierte Kopfzeilen",
  },
  noHtml: "Diese Nachricht hat keinen HTML-Teil; der Text ist alles.",
  noText: "Diese Nachricht hat keinen Textteil. Manche lesen Post nur als Text: Fügen Sie einen hinzu.",
  frame: "Die Nachricht, wie sie angezeigt wird",
  widths: "Breite",
  phone: "Telefon",
  tablet: "Tablet",
  desktop: "Computer",
  blocked: (count, text) =>
    count === 1
      ? "Ein Bild aus dem Netz wurde nicht geladen."
      : `${text} Bilder aus dem Netz wurden nicht geladen.`,
  blockedHint:
    "Die Nachricht wird ohne Netz und ohne Skripte gezeigt: Niemand erfährt, dass Sie sie ansehen.",
  links: (count, text) => (count === 1 ? "Ein Link" : `${text} Links`),
  headerName: "Kopfzeile",
  headerValue: "Wert",
  headersCaption: "Die Kopfzeilen der Nachricht in ihrer Reihenfolge",
  attachments: "Anhänge",
  attachment: { unnamed: "Ohne Namen", inline: "in der Nachricht gezeigt" },
};
