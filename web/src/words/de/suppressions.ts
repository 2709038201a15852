import type { suppressions as english } from "../en/suppressions.ts";

export const suppressions: typeof english = {
  title: "Sperrliste",
  lead: "Adressen, an die nichts gesendet wird. Eine Nachricht an eine davon wird aufgehalten, bevor sie hinausgeht.",
  add: "Adresse sperren",
  addHint:
    "Von jetzt an wird nichts mehr an sie gesendet, wer immer es aufgibt. Sie können das zurücknehmen.",
  addAction: "Sperren",
  added: (address) => `An ${address} wird nichts mehr gesendet.`,
  import: "Einlesen",
  export: "Ausgeben (CSV)",
  search: "Nachsehen",
  searchLabel: "Ist eine Adresse gesperrt?",
  searchHint:
    "Die ganze Adresse. Adressen liegen versiegelt, deshalb kann nach Teilen davon nicht gesucht werden.",
  showAll: "Alle zeigen",
  caption: "Gesperrte Adressen, die neuesten zuerst",
  columns: {
    address: "Adresse",
    cause: "Warum",
    source: "Wie es bekannt wurde",
    since: "Seit",
    action: "Aktionen",
  },
  causes: {
    bounce: "Unzustellbar",
    complaint: "Beschwert",
    unsubscribe: "Abgemeldet",
    manual: "Von Ihnen",
  },
  causeHints: {
    bounce: "Das Postfach gibt es nicht, oder es nimmt keine Post mehr an.",
    complaint: "Die Leserin oder der Leser hat eine Nachricht beim Anbieter als unerwünscht gemeldet.",
    unsubscribe: "Die Leserin oder der Leser ist dem Link zum Abmelden gefolgt.",
    manual: "Sie haben die Adresse eingetragen oder eingelesen.",
  },
  sources: {
    delivery: "Bei der Zustellung einer Nachricht.",
    report: "Durch einen Bericht, der später einging.",
    reader: "Von der Leserin oder dem Leser.",
    api: "In dieser Oberfläche oder über die API.",
    import: "Mit einer Datei.",
  },
  message: "Die Nachricht",
  unknown: "Adresse nicht mehr bekannt",
  emptyTitle: "Niemand ist gesperrt",
  emptyText:
    "Adressen kommen von selbst hierher, damit niemand Post erhält, der sie nicht erhalten kann oder will. Auf diesen Wegen:",
  noneTitle: (address) => `${address} ist nicht gesperrt`,
  noneText: "Post an diese Adresse geht hinaus.",
  remove: "Wieder senden",
  removeOf: (address) => `An ${address} wieder senden`,
  removeAsk: {
    bounce:
      "Post an diese Adresse geht wieder hinaus. Kommt sie noch einmal zurück, steht die Adresse wieder hier.",
    complaint:
      "Wem diese Adresse gehört, hat Ihre Post als unerwünscht gemeldet. Ungefragt wieder zu senden schadet dieser Person, und Ihrem Ruf bei allen Anbietern.",
    unsubscribe:
      "Wem diese Adresse gehört, wollte keine Post mehr. Wieder senden dürfen Sie nach dem Gesetz nur, wenn die Person es will.",
    manual: "Post an diese Adresse geht wieder hinaus.",
  },
  wanted: "Wem die Adresse gehört, hat wieder um Post gebeten.",
  wantedMissing: "Fahren Sie nur fort, wenn die Person darum gebeten hat.",
  removed: (address) => `Post an ${address} geht wieder hinaus.`,
  importTitle: "Adressen einlesen",
  importText:
    "Eine CSV-Datei mit einer Spalte „address“ (oder „email“) und, wenn Sie ihn kennen, „cause“: bounce, complaint, unsubscribe oder manual. Was diese Seite ausgibt, kann so eingelesen werden, wie es ist.",
  file: "Datei",
  fileHint: "Eine Zeile je Adresse. Was schon gesperrt ist, bleibt, wie es ist.",
  fileMissing: "Wählen Sie zuerst eine Datei.",
  importAction: "Datei einlesen",
  importDone: "Die Datei ist gelesen",
  importAdded: (count) => `Jetzt gesperrt: ${count}.`,
  importKnown: (count) => `Schon vorher gesperrt oder zweimal genannt: ${count}.`,
  importLeftOut: (count) => `Ausgelassene Zeilen: ${count}.`,
  importLine: (line, what) => `Zeile ${line} ${what}.`,
  importProblems: {
    unreadable_line: "ist länger als 2.000 Zeichen oder hat ein Anführungszeichen, das nicht geschlossen ist",
    no_address: "enthält keine E-Mail-Adresse",
    unknown_cause: "nennt einen Grund, den es nicht gibt",
  },
};
