import type { advices as english } from "../en/advices.ts";

export const advices: typeof english = {
  not_checked: () => "Noch nicht angesehen.",
  no_answer: () => "Das DNS hat nicht geantwortet. Sehen Sie später wieder nach.",
  ownership_shown: () => "Die Domain gehört Ihnen.",
  ownership_missing: (name) =>
    `Veröffentlichen Sie diesen TXT-Eintrag unter ${name} und sehen Sie wieder nach.`,
  dkim_right: () => "Unterschriften lassen sich prüfen.",
  dkim_missing: (name) =>
    `Veröffentlichen Sie diesen TXT-Eintrag unter ${name}: Empfänger brauchen ihn, um unsere Unterschriften zu prüfen.`,
  dkim_testing: (name) =>
    `Der Eintrag unter ${name} hat den richtigen Schlüssel, doch wegen t=y behandeln Empfänger die Post wie nicht unterschrieben. Entfernen Sie t=y.`,
  dkim_revoked: (name) =>
    `Der Eintrag unter ${name} hat ein leeres p=: Der Schlüssel gilt als zurückgezogen. Ersetzen Sie ihn durch diesen.`,
  dkim_several: (name, count) =>
    `Unter ${name} stehen ${count} TXT-Einträge, und Empfänger lesen irgendeinen davon. Lassen Sie nur diesen.`,
  dkim_malformed: (name) =>
    `Der Eintrag unter ${name} ist als DKIM-Schlüssel nicht lesbar. Ersetzen Sie ihn durch diesen.`,
  dkim_different: (name) =>
    `Der Eintrag unter ${name} hat einen anderen Schlüssel oder verbietet diesen für Post. Ersetzen Sie ihn durch diesen.`,
  spf_right: (_, count) => `Post von hier besteht SPF (${count} von 10 Abfragen verbraucht).`,
  spf_missing: () => "Es gibt keinen SPF-Eintrag. Veröffentlichen Sie diesen.",
  spf_not_included: (_, term) => `Setzen Sie ${term} in den Eintrag, vor dessen „all“.`,
  spf_several: (name) =>
    `${name} hat mehr als einen SPF-Eintrag, deshalb gilt bei Empfängern keiner. Fassen Sie sie zu einem zusammen.`,
  spf_malformed: (name, term) => `Der Eintrag von ${name} ist bei „${term}“ nicht gültig.`,
  spf_broken_include: (name) =>
    `Der Eintrag führt zu ${name}, und dort gibt es keinen SPF-Eintrag. Entfernen Sie diesen Teil.`,
  spf_too_many_lookups: () =>
    "Der Eintrag braucht mehr als 10 Abfragen des DNS, deshalb geben Empfänger auf. Entfernen Sie einige includes.",
  dmarc_policy: (name, policy) => `Es gilt die Richtlinie von ${name}: ${policy}.`,
  dmarc_without_policy: (name) =>
    `Der Eintrag von ${name} nennt keine gültige Richtlinie (p=), deshalb richten sich Empfänger nicht danach.`,
  dmarc_wanted: () =>
    "Große Empfänger wollen einen DMARC-Eintrag. Dieser verlangt nichts und kann später strenger werden.",
  dmarc_several: (name) =>
    `Unter ${name} steht mehr als ein DMARC-Eintrag, deshalb gilt bei Empfängern keiner. Lassen Sie einen.`,
  dmarc_malformed: (name) =>
    `Der DMARC-Eintrag unter ${name} ist nicht lesbar, deshalb übergehen ihn Empfänger. Berichtigen Sie ihn.`,
  return_path_right: () => "Rückläufer kommen unter Ihrer eigenen Domain zurück.",
  return_path_optional: () =>
    "Mit diesem Eintrag kommen Rückläufer unter Ihrer eigenen Domain zurück; damit passt SPF zum Absender.",
  mx_right: () => "Antworten können zugestellt werden.",
  mx_missing: () =>
    "Die Domain empfängt keine Post. Antworten gehen verloren, wenn Reply-To keine andere nennt.",
  ptr_right: () => "Die sendenden Adressen haben Namen.",
  ptr_missing: () => "Der Betreiber muss für die sendenden Adressen Namen im DNS hinterlegen (PTR).",
  ptr_not_told: () => "Der Betreiber hat nicht angegeben, von welchen Adressen gesendet wird.",
};
