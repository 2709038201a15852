import type { Language } from "../../core/policy/index.ts";

/** What the pages of the policy say beside the policy. */
export interface PolicyWords {
  title: string;
  intro: string;
  version: string;
  holdsFrom: string;
  published: string;
  hash: string;
  proof: string;
  controller: string;
  name: string;
  register: string;
  postal: string;
  address: string;
  country: string;
  dataCountry: string;
  authority: string;
  authorityAny: string;
  declarations: string;
  nobody: string;
  upcoming: string;
  upcomingRest: string;
  held: string;
  history: string;
  historyIntro: string;
  feed: string;
  forMachines: string;
  inForce: string;
  past: string;
  announced: string;
  changes: string;
  noChange: string;
  figures: string;
  weaker: string;
  reason: string;
  unknown: string;
  unknownText: string;
  dataMap: string;
  dataMapIntro: string;
  browser: string;
  browserIntro: string;
  database: string;
  columns: {
    place: string;
    holds: string;
    purpose: string;
    basis: string;
    subject: string;
    kept: string;
    end: string;
  };
}

export const policyWords: Record<Language, PolicyWords> = {
  en: {
    title: "Privacy policy",
    intro:
      "What we promise to those whose data we have. Each promise has a number; whether it is kept is shown with its evidence.",
    version: "Version",
    holdsFrom: "in force since",
    published: "published",
    hash: "Hash (SHA-256)",
    proof: "How each promise stands, with its evidence",
    controller: "Who is responsible",
    name: "Name",
    register: "Legal form and register",
    postal: "Postal address",
    address: "Mail",
    country: "Country",
    dataCountry: "Where the data is",
    authority: "Supervisory authority you can complain to",
    authorityAny: "the one of the country where you live or work, or where something happened",
    declarations: "Registered with the authority as",
    nobody: "This installation is a trial: nobody has said who runs it.",
    upcoming: "This policy changes on",
    upcomingRest: "Read what changes:",
    held: "Owners are still being written to; if that is not done in time, the version waits.",
    history: "Versions",
    historyIntro: "Every version there has been, and what it changed. None is ever altered or removed.",
    feed: "Feed of versions (Atom)",
    forMachines: "The same for machines",
    inForce: "in force",
    past: "past",
    announced: "announced",
    changes: "What this version changed",
    noChange: "This is the first version.",
    figures: "Figures",
    weaker: "promises less",
    reason: "Why",
    unknown: "There is no such version",
    unknownText: "The versions there are:",
    dataMap: "Data map",
    browser: "In your browser",
    browserIntro: "All cookies and storage there are. None of them is set by looking at public pages.",
    database: "In the database",
    dataMapIntro:
      "Everything this service keeps: each column of its database, what it is for, on which ground, about whom, how long, and what ends it. The words are in English.",
    columns: {
      place: "Table and column",
      holds: "Holds",
      purpose: "Purpose",
      basis: "Ground",
      subject: "About",
      kept: "Kept",
      end: "End",
    },
  },
  fr: {
    title: "Politique de confidentialité",
    intro:
      "Ce que nous promettons à celles et ceux dont nous avons les données. Chaque promesse a un numéro ; on voit avec ses preuves si elle est tenue.",
    version: "Version",
    holdsFrom: "en vigueur depuis le",
    published: "publiée le",
    hash: "Empreinte (SHA-256)",
    proof: "Où en est chaque promesse, avec ses preuves",
    controller: "Qui est responsable",
    name: "Nom",
    register: "Forme juridique et registre",
    postal: "Adresse postale",
    address: "Courrier électronique",
    country: "Pays",
    dataCountry: "Où sont les données",
    authority: "Autorité de contrôle auprès de laquelle se plaindre",
    authorityAny: "celle du pays où vous vivez ou travaillez, ou du lieu des faits",
    declarations: "Déclarations auprès de l'autorité",
    nobody: "Cette installation est un essai : personne n'a dit qui l'exploite.",
    upcoming: "Cette politique change le",
    upcomingRest: "Lire ce qui change :",
    held: "Les titulaires sont encore en train d'être prévenus ; si ce n'est pas fini à temps, la version attend.",
    history: "Versions",
    historyIntro:
      "Chaque version qui a existé, et ce qu'elle a changé. Aucune n'est jamais modifiée ni retirée.",
    feed: "Flux des versions (Atom)",
    forMachines: "La même chose pour les machines",
    inForce: "en vigueur",
    past: "passée",
    announced: "annoncée",
    changes: "Ce que cette version a changé",
    noChange: "C'est la première version.",
    figures: "Chiffres",
    weaker: "promet moins",
    reason: "Pourquoi",
    unknown: "Cette version n'existe pas",
    unknownText: "Les versions qui existent :",
    dataMap: "Carte des données",
    browser: "Dans votre navigateur",
    browserIntro:
      "Tous les cookies et stockages qui existent. Aucun n'est posé en regardant les pages publiques.",
    database: "Dans la base",
    dataMapIntro:
      "Tout ce que ce service conserve : chaque colonne de sa base, à quoi elle sert, sur quelle base juridique, sur qui, combien de temps, et ce qui y met fin. Les termes sont en anglais.",
    columns: {
      place: "Table et colonne",
      holds: "Contient",
      purpose: "Finalité",
      basis: "Base",
      subject: "Concerne",
      kept: "Durée",
      end: "Fin",
    },
  },
  de: {
    title: "Datenschutzerklärung",
    intro:
      "Was wir denen versprechen, deren Daten wir haben. Jedes Versprechen hat eine Nummer; ob es gehalten wird, ist mit seinen Beweisen zu sehen.",
    version: "Fassung",
    holdsFrom: "gilt seit",
    published: "veröffentlicht",
    hash: "Hash (SHA-256)",
    proof: "Wie es um jedes Versprechen steht, mit Beweisen",
    controller: "Wer verantwortlich ist",
    name: "Name",
    register: "Rechtsform und Register",
    postal: "Postanschrift",
    address: "E-Mail",
    country: "Land",
    dataCountry: "Wo die Daten sind",
    authority: "Aufsichtsbehörde, bei der Sie sich beschweren können",
    authorityAny: "die des Landes, in dem Sie wohnen oder arbeiten oder wo etwas geschah",
    declarations: "Bei der Behörde gemeldet als",
    nobody: "Diese Installation ist ein Versuch: Niemand hat gesagt, wer sie betreibt.",
    upcoming: "Diese Erklärung ändert sich am",
    upcomingRest: "Was sich ändert:",
    held: "Die Inhaber werden noch angeschrieben; ist das nicht rechtzeitig geschehen, wartet die Fassung.",
    history: "Fassungen",
    historyIntro:
      "Jede Fassung, die es gab, und was sie geändert hat. Keine wird je verändert oder entfernt.",
    feed: "Feed der Fassungen (Atom)",
    forMachines: "Dasselbe für Maschinen",
    inForce: "gilt",
    past: "vergangen",
    announced: "angekündigt",
    changes: "Was diese Fassung geändert hat",
    noChange: "Dies ist die erste Fassung.",
    figures: "Zahlen",
    weaker: "verspricht weniger",
    reason: "Warum",
    unknown: "Diese Fassung gibt es nicht",
    unknownText: "Die Fassungen, die es gibt:",
    dataMap: "Datenkarte",
    browser: "In Ihrem Browser",
    browserIntro:
      "Alle Cookies und Speicher, die es gibt. Keiner entsteht durch das Ansehen öffentlicher Seiten.",
    database: "In der Datenbank",
    dataMapIntro:
      "Alles, was dieser Dienst aufbewahrt: jede Spalte seiner Datenbank, wozu, auf welcher Grundlage, über wen, wie lange und was sie beendet. Die Wörter sind englisch.",
    columns: {
      place: "Tabelle und Spalte",
      holds: "Enthält",
      purpose: "Zweck",
      basis: "Grundlage",
      subject: "Über",
      kept: "Dauer",
      end: "Ende",
    },
  },
};
