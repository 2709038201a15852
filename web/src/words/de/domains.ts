import type { domains as english } from "../en/domains.ts";

export const domains: typeof english = {
  title: "Domains und Absender",
  lead: "Woher Ihre Post kommt: Eine bestätigte Domain sendet von jeder ihrer Adressen, ein bestätigter Absender von einer.",
  listTitle: "Domains",
  addTitle: "Domain hinzufügen",
  none: "Noch keine Domain",
  noneText:
    "Fügen Sie die Domain hinzu, von der Sie senden. Bis sie bestätigt ist, geht ihre Post in den Test-Posteingang, und Sie können alles ausprobieren.",
  open: "Einträge zeigen",
  close: "Einträge verbergen",
  missing: (names) => `Es fehlt noch: ${names}.`,
  complete: "Alle Einträge sind vorhanden.",
  untested: "Nach den Einträgen wurde noch nicht gesehen.",
  madeUp:
    "Dieser Name ist für Beispiele reserviert (RFC 2606): Niemand kann ihn besitzen, und das DNS kann ihn nicht bestätigen.",
  add: {
    label: "Ihre Domain",
    hint: "Der Teil hinter dem @ der Adressen, von denen Sie senden, zum Beispiel laden.example.",
    submit: "Domain hinzufügen",
  },
  check: "Jetzt im DNS nachsehen",
  checking: "Das DNS wird befragt …",
  lookedAt: "Nachgesehen",
  never: "Noch nicht nachgesehen",
  again: "Solange diese Seite offen ist, sieht sie alle 20 Sekunden wieder nach.",
  states: { pending: "Nicht bestätigt", verified: "Bestätigt" },
  verifiedBy: { dns: "durch ihre Einträge", operator: "auf das Wort des Betreibers" },
  recordStatus: { ok: "Gefunden", missing: "Fehlt", wrong: "Weicht ab", unknown: "Keine Antwort" },
  groups: {
    needed: "Nötig",
    neededHint:
      "Einer von beiden bestätigt die Domain. Veröffentlichen Sie den Schlüssel auf jeden Fall: Ohne ihn lassen sich Signaturen nicht prüfen.",
    advised: "Empfohlen",
    advisedHint: "Ohne diese sortieren große Anbieter Ihre Post als Spam aus.",
    useful: "Nützlich",
    usefulHint: "Post geht auch ohne diese hinaus.",
  },
  records: {
    ownership: { name: "Eigentum", purpose: "Zeigt, dass die Domain Ihnen gehört." },
    dkim: { name: "DKIM-Schlüssel", purpose: "Damit prüfen Empfänger die Signatur jeder Nachricht." },
    dkimEd25519: {
      name: "DKIM-Schlüssel (Ed25519)",
      purpose: "Der zweite, kürzere Schlüssel, mit dem Nachrichten auch signiert werden.",
    },
    spf: { name: "SPF", purpose: "Sagt, welche Server Post dieser Domain senden dürfen." },
    dmarc: {
      name: "DMARC",
      purpose: "Sagt Empfängern, was mit Post geschehen soll, die nur vorgibt, von Ihnen zu sein.",
    },
    returnPath: {
      name: "Rücksendeadresse",
      purpose: "Bringt unzustellbare Post unter Ihrer eigenen Domain zurück.",
    },
    mx: { name: "MX", purpose: "Damit man auf Ihre Nachrichten antworten kann." },
    ptr: {
      name: "Rückwärtsname (PTR)",
      purpose: "Gibt den sendenden Adressen einen Namen. Das stellt der Betreiber dieses Dienstes ein.",
    },
  },
  record: {
    type: "Typ",
    name: "Name",
    value: "Wert",
    found: "Was jetzt dort steht",
    nothing: "Nichts",
    publish:
      "Veröffentlichen Sie diesen Eintrag dort, wo das DNS Ihrer Domain liegt, und sehen Sie wieder nach.",
  },
};
