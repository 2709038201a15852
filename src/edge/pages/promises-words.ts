import type { Language, State } from "../../core/policy/index.ts";

/** What the page says beside the promises. */
export interface PageWords {
  title: string;
  intro: string;
  states: Record<State, { name: string; meaning: string }>;
  summary: string;
  lookedAt: string;
  enforcedBy: string;
  provenBy: string;
  nothingProven: string;
  lastProof: string;
  checks: string;
  history: (days: number, kept: number, broken: number, none: number) => string;
  missing: string;
  verify: string;
  verifySteps: string[];
  madeTo: string;
  evidenceInEnglish: string;
  hash: string;
  /** Before what the operator states. */
  stated: string;
  until: string;
  document: string;
  moreBelow: string;
}

export const words: Record<Language, PageWords> = {
  en: {
    title: "What we promise, and the proof",
    intro:
      "These are the promises of our privacy policy, one by one. While the service runs, probes look whether each is kept: at real answers, at the database, at the bytes on the disk. A promise that no fresh evidence supports is never shown as kept.",
    states: {
      kept: { name: "Kept", meaning: "enforced, and proven lately" },
      partly: { name: "Partly", meaning: "what exists is proven, the rest is named" },
      stale: { name: "No fresh proof", meaning: "a probe has not run or could not look" },
      broken: { name: "Broken", meaning: "a probe has found the contrary" },
      attested: {
        name: "Stated",
        meaning: "no code can prove it; the operator states it, with a date on which that ends",
      },
      lapsed: { name: "Statement over", meaning: "the time of the operator's statement is over" },
      "not yet": { name: "Not yet", meaning: "what it needs does not exist in this version" },
    },
    summary: "Where the promises stand",
    lookedAt: "As of",
    enforcedBy: "Enforced by",
    provenBy: "Proven by",
    nothingProven: "has not run yet",
    lastProof: "last proof",
    checks: "checks",
    history: (days, kept, broken, none) =>
      `The last ${days} days: ${kept} with full proof, ${broken} broken, ${none} without full proof.`,
    missing: "Does not exist yet:",
    verify: "Verify it yourself",
    verifySteps: [
      "This page for machines, with every hash:",
      "On the machine that runs the service, all probes at once:",
      "Every piece of evidence carries the hash of the one before it: a row that was changed later breaks the chain, and P111 turns red.",
    ],
    madeTo: "Concerns",
    evidenceInEnglish: "",
    hash: "hash",
    stated: "The operator states:",
    until: "until",
    document: "document with the SHA-256",
    moreBelow: "Promises",
  },
  fr: {
    title: "Nos promesses, et leur preuve",
    intro:
      "Voici les promesses de notre politique de confidentialité, une à une. Pendant que le service fonctionne, des sondes regardent si chacune est tenue : dans de vraies réponses, dans la base de données, dans les octets du disque. Une promesse sans preuve récente n'est jamais présentée comme tenue.",
    states: {
      kept: { name: "Tenue", meaning: "appliquée, et prouvée récemment" },
      partly: { name: "En partie", meaning: "ce qui existe est prouvé, le reste est nommé" },
      stale: { name: "Sans preuve récente", meaning: "une sonde n'a pas tourné ou n'a pas pu regarder" },
      broken: { name: "Rompue", meaning: "une sonde a constaté le contraire" },
      attested: {
        name: "Déclarée",
        meaning: "aucun code ne peut la prouver ; l'exploitant la déclare, avec une date de fin",
      },
      lapsed: { name: "Déclaration échue", meaning: "la durée de la déclaration de l'exploitant est passée" },
      "not yet": { name: "Pas encore", meaning: "ce qu'il lui faut n'existe pas dans cette version" },
    },
    summary: "Où en sont les promesses",
    lookedAt: "État au",
    enforcedBy: "Appliquée par",
    provenBy: "Prouvée par",
    nothingProven: "n'a pas encore tourné",
    lastProof: "dernière preuve",
    checks: "contrôles",
    history: (days, kept, broken, none) =>
      `Les ${days} derniers jours : ${kept} avec preuve complète, ${broken} en rupture, ${none} sans preuve complète.`,
    missing: "N'existe pas encore :",
    verify: "Vérifiez vous-même",
    verifySteps: [
      "Cette page pour les machines, avec chaque empreinte :",
      "Sur la machine qui exécute le service, toutes les sondes à la fois :",
      "Chaque preuve porte l'empreinte de la précédente : une ligne modifiée après coup rompt la chaîne, et P111 passe au rouge.",
    ],
    madeTo: "Concerne",
    evidenceInEnglish: "Les constats des sondes sont en anglais.",
    hash: "empreinte",
    stated: "L'exploitant déclare :",
    until: "jusqu'au",
    document: "document de SHA-256",
    moreBelow: "Promesses",
  },
  de: {
    title: "Was wir versprechen, und der Beweis",
    intro:
      "Dies sind die Versprechen unserer Datenschutzerklärung, eines nach dem anderen. Während der Dienst läuft, prüfen Sonden, ob jedes gehalten wird: an echten Antworten, an der Datenbank, an den Bytes auf der Platte. Ein Versprechen ohne frischen Beweis wird nie als gehalten gezeigt.",
    states: {
      kept: { name: "Gehalten", meaning: "durchgesetzt und kürzlich bewiesen" },
      partly: { name: "Teilweise", meaning: "was es gibt, ist bewiesen, der Rest ist genannt" },
      stale: { name: "Kein frischer Beweis", meaning: "eine Sonde lief nicht oder konnte nicht prüfen" },
      broken: { name: "Gebrochen", meaning: "eine Sonde hat das Gegenteil gefunden" },
      attested: {
        name: "Erklärt",
        meaning: "kein Code kann es beweisen; der Betreiber erklärt es, mit einem Tag, an dem das endet",
      },
      lapsed: { name: "Erklärung abgelaufen", meaning: "die Zeit der Erklärung des Betreibers ist vorbei" },
      "not yet": { name: "Noch nicht", meaning: "was es braucht, gibt es in dieser Version nicht" },
    },
    summary: "Wie es um die Versprechen steht",
    lookedAt: "Stand",
    enforcedBy: "Durchgesetzt von",
    provenBy: "Bewiesen von",
    nothingProven: "ist noch nicht gelaufen",
    lastProof: "letzter Beweis",
    checks: "Prüfungen",
    history: (days, kept, broken, none) =>
      `Die letzten ${days} Tage: ${kept} mit vollem Beweis, ${broken} gebrochen, ${none} ohne vollen Beweis.`,
    missing: "Gibt es noch nicht:",
    verify: "Prüfen Sie selbst",
    verifySteps: [
      "Diese Seite für Maschinen, mit jedem Hashwert:",
      "Auf der Maschine, auf der der Dienst läuft, alle Sonden auf einmal:",
      "Jeder Beweis trägt den Hashwert des vorigen: Eine nachträglich geänderte Zeile bricht die Kette, und P111 wird rot.",
    ],
    madeTo: "Betrifft",
    evidenceInEnglish: "Die Befunde der Sonden sind auf Englisch.",
    hash: "Hash",
    stated: "Der Betreiber erklärt:",
    until: "bis",
    document: "Dokument mit SHA-256",
    moreBelow: "Versprechen",
  },
};
