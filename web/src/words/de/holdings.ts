import type { holdings as english } from "../en/holdings.ts";

export const holdings: typeof english = {
  title: "Was wir speichern",
  lead: "Jede Art von Daten, die dieser Dienst über Sie und Ihre Empfänger speichert: warum, auf welcher Grundlage und bis wann.",
  proof: "Wie jedes Versprechen der Datenschutzerklärung steht, mit seinem Beweis",
  classes: {
    content: {
      title: "Was in Ihren Nachrichten steht",
      why: "Um Ihre Nachrichten zusammenzusetzen und zuzustellen.",
    },
    events: {
      title: "Was an wen gesendet wurde, und was daraus wurde",
      why: "Um Ihnen zu sagen, was aus jeder Nachricht wurde, und sie wiederzufinden.",
    },
    queue: { title: "Was auf den Versand wartet", why: "Um zuzustellen, was angenommen wurde." },
    answers: {
      title: "Antworten auf wiederholte Anfragen",
      why: "Um eine wiederholte Anfrage so zu beantworten wie die erste.",
    },
    logs: {
      title: "Was Ihre Webhooks geantwortet haben",
      why: "Um zu zeigen, warum Ereignisse nicht angenommen wurden.",
    },
    work: {
      title: "Was Sie für Ihre Post eingerichtet haben",
      why: "Um von Ihren Domains zu senden, mit Ihren Vorlagen, und nie wieder an die, die nichts wollen.",
    },
    account: {
      title: "Ihr Konto und wer es geändert hat",
      why: "Um das Konto zu führen und zu zeigen, wer es geändert hat.",
    },
    sessions: { title: "Wer angemeldet ist", why: "Um zu wissen, wer hier angemeldet ist." },
    operation: {
      title: "Was den Dienst betreibt",
      why: "Um den Dienst zu betreiben. Darin steht keine Person.",
    },
  },
  until: "Bis wann",
  untilTexts: {
    content: (figure) => `Bis ${figure} Tage nach der Annahme. Dann wird ihr Schlüssel vernichtet.`,
    events: (figure) => `Höchstens ${figure} Monate.`,
    queue: (figure) => `Bis sie gesendet oder aufgegeben ist, und höchstens ${figure} Tage.`,
    answers: (figure) => `${figure} Stunden.`,
    logs: (figure) => `${figure} Tage.`,
    work: (figure) => `Solange das Konto offen ist, und höchstens ${figure} Monate nach seinem Ende.`,
    account: (figure) => `Solange das Konto offen ist, und höchstens ${figure} Monate nach seinem Ende.`,
    sessions: (figure) =>
      figure === "" ? "Bis sich die Person abmeldet oder die Zeit um ist." : `Höchstens ${figure} Tage.`,
    operation: (figure) => (figure === "" ? "Solange der Dienst läuft." : `${figure} Tage.`),
  },
  ground: "Rechtsgrundlage",
  about: "Über",
  subjects: { recipient: "Empfänger", customer: "Sie, den Kunden", operator: "den Betreiber" },
  role: "Unsere Rolle",
  roles: { controller: "Verantwortlicher", processor: "Auftragsverarbeiter, für Sie" },
  sealed: "Versiegelt: Was eine Person zeigt, ist in der Datenbank verschlüsselt oder gehasht.",
  open: "Darin steht keine Adresse, kein Name und kein Text.",
  oldest: "Das Älteste von Ihnen",
  lastPurge: "Letzte Löschung",
  purged: (count) => `${count} entfernt`,
  purgeFailed: "Die letzte Löschung misslang. Sie wird wiederholt; das Protokoll des Betreibers sagt, warum.",
  lookedAt: "Nachgesehen",
  nothingYet: "Noch war nichts fällig",
  details: "Zwecke und Tabellen im Einzelnen",
  tables: "Tabellen",
};
