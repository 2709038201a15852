import type { deliverability as english } from "../en/deliverability.ts";

export const deliverability: typeof english = {
  title: "Zustellbarkeit",
  lead: "Ob Ihre Post dort ankommt, wo sie soll, und was Empfänger von ihr halten.",
  emptyTitle: "In dieser Zeit wurde nichts zugestellt",
  emptyText: "Sobald Post hinausgeht, sagt diese Seite, wie jeder Anbieter und jede Domain sie annimmt.",
  health: "Wie Empfänger Sie beurteilen",
  complaintRate: (share) => `Beschwerden: ${share} der zugestellten Nachrichten`,
  complaints: {
    info: "Zu wenige Nachrichten für ein Urteil: Ein solcher Anteil sagt erst ab etwa hundert etwas.",
    good: "Unter 0,1 %, wie Gmail es von allen verlangt, die an viele senden.",
    wait: "Über 0,1 %: Gmail verlangt weniger. Senden Sie nur an die, die es erwarten, und machen Sie das Abmelden leicht.",
    bad: "Über 0,3 %: Große Anbieter lehnen solche Post ab oder sortieren sie als Spam. Halten Sie inne und finden Sie heraus, wer sie nicht erwartet hat.",
  },
  hardRate: (share) => `Endgültig abgewiesen: ${share} der Versuche`,
  hard: {
    info: "Zu wenige Nachrichten für ein Urteil: Ein solcher Anteil sagt erst ab etwa hundert etwas.",
    good: "Unter 2 %: Ihre Adressen sind gepflegt.",
    wait: "Über 2 %: Einige Adressen sind alt oder falsch geschrieben. Die abgewiesenen sind schon gesperrt.",
    bad: "Über 5 %: Empfänger halten das für eine gekaufte oder sehr alte Liste. Lassen Sie Adressen bestätigen, bevor Sie an sie senden.",
  },
  providers: "Nach Anbieter",
  providersText:
    "Nach der Domain der Adresse: Eine Firma, deren eigene Domain bei einem Anbieter liegt, zählt zu den übrigen.",
  provider: "Anbieter",
  otherProvider: "Alle übrigen",
  domains: "Nach Domain",
  reasons: "Warum Post abgewiesen oder aufgeschoben wird",
  waiting: "Was jetzt wartet",
  nothingWaits: "Nichts wartet, und kein Ziel wird gerade in Ruhe gelassen.",
  limits: "Was Anbieter auf einmal annehmen",
  limitsText:
    "Der Dienst hält sich von selbst daran: Er beginnt mit weniger, gibt mehr, solange alles gut geht, und macht Pause, wenn ein Anbieter es sagt.",
  connections: "Verbindungen zugleich",
  perConnection: "Nachrichten je Verbindung",
  everybodyElse: "Alle übrigen",
  noBlockLists:
    "Ob eine sendende Adresse auf einer Sperrliste steht, wird hier nicht gefragt: Die Frage verriete uns deren Betreiber. Eine Ablehnung aus diesem Grund steht oben, in Worten.",
};
