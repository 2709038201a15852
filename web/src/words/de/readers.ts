import type { readers as english } from "../en/readers.ts";

export const readers: typeof english = {
  title: "Leser und Einwilligung",
  lead: "Worin Leser eingewilligt haben, wie weit sie gezählt werden und wohin die Links in ihrer Post führen.",
  atPresent: {
    off: "Zurzeit wird nichts gezählt.",
    anonymous: "Zurzeit werden Leser gezählt, ohne bekannt zu sein.",
    identified:
      "Zurzeit werden Leser unterschieden, die eingewilligt haben; alle anderen werden gezählt, ohne bekannt zu sein.",
  },
  views: { consents: "Einwilligungen", counting: "Wie Leser gezählt werden", links: "Wohin Links führen" },

  search: "Nachsehen",
  searchLabel: "Worin hat ein Leser eingewilligt?",
  searchHint: "Die ganze Adresse. Adressen sind versiegelt, nach Teilen kann nicht gesucht werden.",
  showAll: "Alle zeigen",
  record: "Entscheidung festhalten",
  import: "Importieren",
  export: "Exportieren (CSV)",
  latest: "Zuletzt festgehalten",
  history: "Verlauf",
  caption: "Entscheidungen von Lesern, die zuletzt festgehaltenen zuerst",
  columns: {
    address: "Adresse",
    what: "Wofür",
    decision: "Entscheidung",
    decidedAt: "Entschieden",
    proof: "Nachweis",
  },
  purposes: { opens: "Geöffnete Post", clicks: "Gefolgte Links" },
  purposeHints: {
    opens: "Sie sehen, welche Ihrer Nachrichten geöffnet wurden und wann.",
    clicks: "Sie sehen, welchen Links gefolgt wurde und wann.",
  },
  decisions: { given: "Eingewilligt", withdrawn: "Widerrufen" },
  states: { given: "Eingewilligt", withdrawn: "Widerrufen", unknown: "Nicht bekannt" },
  unknownAddress: "Adresse nicht mehr bekannt",
  proof: {
    how: "Wo es gesagt wurde",
    wording: "Der Text der Einwilligung",
    version: "Fassung des Textes",
    source: "Wie es herkam",
    actor: "Gebracht von",
  },
  sources: {
    api: "In dieser Oberfläche oder über die API.",
    import: "Mit einer Datei.",
    reader: "Von der Seite des Lesers selbst.",
  },
  actors: {
    key: (id) => `API-Schlüssel ${id}`,
    session: "Jemand, der hier angemeldet war",
    link: "Der Leser, über den Link in einer Nachricht",
  },
  message: "Die Nachricht",

  readerLabel: (address) => `Worin ${address} eingewilligt hat`,
  nobody: "Von diesem Leser ist keine Entscheidung bekannt. Das gilt als Nein.",
  effects: {
    opens: {
      known: "Sie sehen, wann dieser Leser Ihre Post öffnet.",
      counted: "Das Öffnen wird ohne Namen gezählt.",
      nothing: "Das Öffnen wird nicht gezählt.",
    },
    clicks: {
      known: "Sie sehen, welchen Links dieser Leser folgt.",
      counted: "Klicks werden ohne Namen gezählt.",
      nothing: "Klicks werden nicht gezählt.",
    },
  },
  withdraw: "Für ihn widerrufen",
  withdrawOf: (address) => `Alles für ${address} widerrufen`,
  withdrawAsk:
    "Von jetzt an wird dieser Leser nicht mehr unterschieden, auch in Post, die er schon hat. Seine früheren Entscheidungen bleiben als Nachweis im Verlauf. Um wieder einzuwilligen, muss er es Ihnen sagen.",
  withdrawn: (address) => `${address} wird nicht mehr unterschieden.`,

  decided: "Der Leser hat",
  forWhat: "Wofür?",
  decidedAtHint:
    "Wann der Leser eingewilligt hat, in Ihrer Zeitzone. Die letzte Entscheidung gilt, wann immer sie festgehalten wird.",
  withdrawnAtHint: "Leer gelassen heißt jetzt.",
  howHint: "Etwa „Anmeldeformular von laden.example“ oder „auf Papier, auf der Messe im Mai“.",
  wordingHint:
    "Wort für Wort, wie der Leser ihn gesehen hat. Ohne ihn lässt sich eine Einwilligung niemandem zeigen.",
  optionalHint: "Darf leer bleiben.",
  recordAction: "Festhalten",
  recorded: (address) => `Für ${address} festgehalten.`,
  missingTitle: "Es fehlt etwas",
  missing: {
    address: "Die Adresse des Lesers.",
    purposes: "Wofür: mindestens eines von beiden.",
    decidedAt: "Wann der Leser eingewilligt hat.",
    how: "Wo es gesagt wurde.",
    wording: "Der Text der Einwilligung.",
  },

  importTitle: "Entscheidungen importieren",
  importText:
    "Eine CSV-Datei, deren erste Zeile die Spalten nennt. Ein Export dieser Seite kann eingelesen werden, wie er ist; was bekannt ist, kommt nicht noch einmal hinzu.",
  importExample: "Beispiel einer solchen Datei",
  fileHint:
    "Eine Zeile je Entscheidung. Ein leerer Zweck meint beide; eine Einwilligung braucht ihren Nachweis.",
  importRecorded: (count) => `Festgehalten: ${count}.`,
  importKnown: (count) => `Schon bekannt oder doppelt genannt: ${count}.`,
  importProblems: {
    unreadable_line: "hat ein offenes Anführungszeichen, ein zu langes Feld oder zu viele Felder",
    no_address: "enthält keine E-Mail-Adresse",
    unknown_purpose: "hat einen Zweck, der weder opens noch clicks ist",
    unknown_decision: "hat eine Entscheidung, die weder given noch withdrawn ist",
    no_instant: "sagt nicht, wann entschieden wurde, wie in 2026-01-31T12:00:00Z",
    future: "wurde in der Zukunft entschieden",
    no_proof: "ist eine Einwilligung ohne Nachweis",
  },

  emptyTitle: "Noch hat niemand etwas entschieden",
  emptyText:
    "Ein Leser wird nur unterschieden, wenn er eingewilligt hat. Wer nichts gesagt hat, hat Nein gesagt und wird ohne Namen gezählt.",
  teach: [
    [
      "Mit Ihrem Formular",
      "Ihr Programm hält fest, was ein Leser angekreuzt hat: POST /api/v1/consents, mit dem Text, den er gesehen hat.",
    ],
    [
      "Von anderswo",
      "Bringen Sie Gesammeltes als Datei her. Entscheidungen behalten den Tag, an dem sie fielen.",
    ],
    [
      "Von Hand",
      "Was auf Papier oder am Telefon gesagt wurde, wird hier festgehalten: wo und mit welchen Worten.",
    ],
    [
      "Widerrufen",
      "Post, die ihren Leser unterscheidet, hat einen Link zu einer Seite, auf der er widerruft. Das gilt sofort.",
    ],
  ],

  modeLegend: "Wie weit dürfen Leser gezählt werden?",
  modes: {
    off: {
      title: "Gar nicht",
      text: "Nichts wird gezählt. Links führen geradewegs ans Ziel, und kein Bild kommt hinzu.",
      reader:
        "Leser hinterlassen keine Spur. Sie erfahren, was zugestellt, abgewiesen oder abbestellt wurde.",
    },
    anonymous: {
      title: "Ohne bekannt zu sein",
      text: "Gezählt wird, wie oft Post geöffnet und welchen Links gefolgt wird, mit Links und einem Bild, die für alle gleich sind.",
      reader: "Kein Leser lässt sich vom anderen unterscheiden, ob er eingewilligt hat oder nicht.",
    },
    identified: {
      title: "Wer eingewilligt hat, ist bekannt",
      text: "Leser, die eingewilligt haben, bekommen eigene Links und ein eigenes Bild: Sie sehen, was sie öffnen und wohin sie gehen, in jeder Nachricht und in Webhooks.",
      reader:
        "Alle anderen werden gezählt, ohne bekannt zu sein. Ein Widerruf bringt auch Post zum Schweigen, die schon zugestellt ist.",
    },
  },
  beyond: "Vom Betreiber dieses Dienstes nicht erlaubt",
  limited: "Der Betreiber dieses Dienstes erlaubt weniger, als Sie gewählt haben.",
  defaults: "Nachrichten, die nicht selbst sagen, ob sie gezählt werden",
  defaultsHint:
    "Eine Nachricht kann für sich mehr oder weniger verlangen (TrackOpens, TrackClicks), bis zur Grenze oben.",
  byDefault: {
    opensByDefault: "Zählen, dass sie geöffnet werden",
    clicksByDefault: "Zählen, welchen Links gefolgt wird",
  },
  saved: "Gespeichert. Es gilt sofort, auch für Post, die schon zugestellt ist.",
  asSaved: "So ist es gespeichert.",
  notSaved: "Noch nicht gespeichert.",
  mayNotChange: "Wer dieses Konto verwalten darf, kann es ändern.",
  whoTitle: "Wer entscheidet",
  whoText: "Vier haben mitzureden, und wer am wenigsten will, setzt sich durch.",
  who: [
    ["Der Betreiber", "setzt die Grenze für alle, die mit diesem Dienst senden."],
    ["Sie", "setzen sie oben, für Ihre ganze Post."],
    ["Jede Nachricht", "kann weniger verlangen oder es Ihnen überlassen."],
    ["Jeder Leser", "ist nur bekannt, wenn er eingewilligt hat und solange er nicht widerruft."],
  ],

  linksText:
    "Gezählte Links gehen über einen Host. Mit einem Ihrer eigenen Domain sehen Leser in jedem Link Ihren Namen, und Filter beurteilen Sie allein nach Ihrem Ruf.",
  noDomainTitle: "Noch keine bestätigte Domain",
  noDomainText: "Ein Host für Links steht unter einer Domain, die für Ihr Konto bestätigt ist.",
  toDomains: "Zu Ihren Domains",
  ownHost: "Links führen zum Host dieses Dienstes",
  ownHostText: "Links in Post von dieser Domain führen zum Host dieses Dienstes.",
  hostLabel: (domain) => `Ein Host von ${domain} für Links`,
  hostHint: "Ein Name, der noch nicht benutzt wird. Danach veröffentlichen Sie einen CNAME-Eintrag dafür.",
  nameHost: "Diesen Host benutzen",
  hostStates: {
    waiting: "Wartet auf seinen CNAME",
    unreachable: "Über https nicht erreicht",
    ready: "Links führen dorthin",
  },
  hostTexts: {
    waiting: (host) =>
      `Das DNS führt ${host} noch nicht hierher. Bis dahin führen Links zum Host dieses Dienstes, und sie funktionieren.`,
    unreachable: (host) =>
      `Das DNS führt ${host} hierher, aber https antwortet nicht mit einem Zertifikat auf diesen Namen. Bitten Sie den Betreiber dieses Dienstes, eines hinzuzufügen. Bis dahin führen Links zum Host des Dienstes, und sie funktionieren.`,
    ready: (host) => `Links in neuer Post von dieser Domain führen zu ${host}.`,
  },
  lookedAt: "Geprüft",
  lookedAgain: "Solange diese Seite offen ist, wird alle 20 Sekunden geprüft.",
  look: "Jetzt prüfen",
  removeHost: "Entfernen",
  removeHostOf: (host) => `${host} entfernen`,
  removeHostAsk:
    "Links in neuer Post führen wieder zum Host dieses Dienstes. Zugestellte Post hat Links zum alten Host: Lassen Sie seinen CNAME stehen, solange sie funktionieren sollen.",
  hostRemoved: (domain) => `Links in Post von ${domain} führen wieder zum Host dieses Dienstes.`,
};
