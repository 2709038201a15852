import type { problems as english } from "../en/problems.ts";

export const problems: typeof english = {
  title: "Das hat nicht geklappt",
  unreachable: "Der Dienst antwortet nicht",
  unreachableHint:
    "Vielleicht startet er gerade neu, oder Ihre Verbindung ist unterbrochen. Diese Seite versucht es von selbst wieder.",
  broken: "Diese Seite hat einen Fehler",
  brokenHint:
    "Ihre Post ist davon nicht betroffen. Laden Sie die Seite neu; wenn es wiederkommt, melden Sie es mit diesem Text:",
  notFound: "Hier ist nichts",
  notFoundHint:
    "Die Adresse ist falsch geschrieben, oder was hier war, hat das Ende seiner Aufbewahrung erreicht.",
  toStart: "Zu den ersten Schritten",
  field: "Feld",
  reference: "Kennung",
  codes: {
    account_closed: {
      title: "Dieses Konto ist geschlossen",
      hint: "Holen Sie heraus, was Sie brauchen, oder bitten Sie den Betreiber, das Konto vor dem Löschen wieder zu öffnen.",
    },
    account_suspended: {
      title: "Dieses Konto ist gesperrt",
      hint: "Fragen Sie den Betreiber dieses Dienstes nach dem Grund.",
    },
    already_exists: { title: "Das gibt es schon", hint: "Ändern Sie, was schon da ist." },
    busy: {
      title: "Der Dienst ist ausgelastet",
      hint: "Warten Sie einen Moment und versuchen Sie es wieder.",
    },
    content_gone: {
      title: "Der Inhalt ist nicht mehr da",
      hint: "Was in einer Nachricht steht, wird nach wenigen Tagen vernichtet. Verfassen Sie sie neu.",
    },
    cross_origin: {
      title: "Diese Seite stammt nicht vom Dienst selbst",
      hint: "Öffnen Sie die Oberfläche über die Adresse des Dienstes und versuchen Sie es wieder.",
    },
    defect: {
      title: "Bei uns ist etwas schiefgegangen",
      hint: "Versuchen Sie es später wieder. Bleibt es so, geben Sie dem Betreiber die Kennung unten.",
    },
    forbidden: {
      title: "Das dürfen Sie nicht",
      hint: "Bitten Sie, wer dieses Konto verwaltet, um das Recht dazu.",
    },
    invalid: {
      title: "Etwas ist nicht richtig ausgefüllt",
      hint: "Berichtigen Sie, was hier genannt ist.",
    },
    invalid_address: { title: "Das ist keine Adresse", hint: "Schreiben Sie sie wie anna@example.org." },
    invalid_domain: {
      title: "Das ist kein Domainname",
      hint: "Schreiben Sie den Teil hinter dem @, etwa laden.example.",
    },
    invalid_url: {
      title: "An diese URL kann nichts gesendet werden",
      hint: "Schreiben Sie eine wie https://laden.example/ereignisse.",
    },
    not_found: {
      title: "Das gibt es nicht (mehr)",
      hint: "Vielleicht hat es jemand entfernt. Laden Sie die Seite neu.",
    },
    other_account: {
      title: "Sie sind bei einem anderen Konto angemeldet",
      hint: "Melden Sie sich zuerst ab. Der Link ist noch nicht verbraucht.",
    },
    payload_too_large: { title: "Das ist zu viel auf einmal", hint: "Senden Sie es in mehreren Teilen." },
    primary_key: {
      title: "Das erste Schlüsselpaar bleibt",
      hint: "Es öffnet das Konto: Es kann weder abgeschaltet noch widerrufen werden.",
    },
    quota_exceeded: {
      title: "Das Kontingent für heute ist verbraucht",
      hint: "Warten Sie bis morgen, oder bitten Sie den Betreiber um ein größeres.",
    },
    rate_limited: {
      title: "Zu viele Anfragen",
      hint: "Warten Sie einen Moment und versuchen Sie es wieder.",
    },
    sender_inactive: {
      title: "Dieser Absender darf noch nicht senden",
      hint: "Zuerst muss sein Inhaber dem Link in der Nachricht folgen.",
    },
    sender_not_allowed: {
      title: "Von dieser Adresse dürfen Sie nicht senden",
      hint: "Bestätigen Sie ihre Domain oder die Adresse selbst unter „Domains und Absender“.",
    },
    sign_in_link_invalid: {
      title: "Dieser Link gilt nicht mehr",
      hint: "Ein Link gilt einmal und nur für kurze Zeit. Erzeugen Sie einen neuen.",
    },
    too_late: { title: "Zu spät: Es ist schon geschehen", hint: "Daran ist nichts mehr zu ändern." },
    too_many: {
      title: "Es gibt schon zu viele",
      hint: "Entfernen Sie etwas, das nicht gebraucht wird, oder warten Sie.",
    },
    unauthorized: { title: "Sie sind nicht angemeldet", hint: "Melden Sie sich wieder an." },
    unavailable: {
      title: "Der Dienst ist ausgelastet",
      hint: "Warten Sie einen Moment und versuchen Sie es wieder.",
    },
    undecided: {
      title: "Niemand kann sagen, ob das gespeichert wurde",
      hint: "Sehen Sie nach, ob es da ist, bevor Sie es wiederholen.",
    },
    malformed_encoding: {
      title: "Die Datei ist anders kodiert",
      hint: "Speichern Sie sie in der Tabellenkalkulation als „CSV UTF-8“, und wählen Sie diese.",
    },
    unsupported_media_type: {
      title: "Diese Datei kann der Dienst nicht lesen",
      hint: "Wählen Sie eine CSV-Datei: Text, mit einer Zeile je Adresse.",
    },
  },
  fields: {
    required: () => "muss ausgefüllt sein",
    unknown: () => "kennt dieser Dienst nicht",
    choice: (value) => `muss eines davon sein: ${value}`,
    type: () => "ist von der falschen Art",
    too_short: (value) => `ist zu kurz: mindestens ${value} Zeichen`,
    too_long: (value) => `ist zu lang: höchstens ${value} Zeichen`,
    too_few: (value) => `hat zu wenige Einträge: mindestens ${value}`,
    too_many: (value) => `hat zu viele Einträge: höchstens ${value}`,
    too_small: (value) => `ist zu klein: mindestens ${value}`,
    too_large: (value) => `ist zu groß: höchstens ${value}`,
    duplicate: () => "nennt etwas zweimal",
    format: () => "ist nicht so geschrieben, wie es sein muss",
    not_an_address: () => "ist keine E-Mail-Adresse",
    not_an_address_or_domain: () => "ist weder eine E-Mail-Adresse noch *@ und eine Domain",
    not_an_instant: () => "ist kein Datum mit Uhrzeit",
    not_before_end: () => "liegt nicht vor dem Ende",
    not_among_its_events: () => "gehört nicht zu den Ereignissen dieses Webhooks",
    url_unreadable: () => "ist keine URL",
    url_too_long: () => "ist länger, als eine URL sein darf",
    url_scheme: () => "muss mit https:// oder http:// beginnen",
    url_host: () => "nennt keinen Host",
    url_port: () => "hat den Port 0",
    url_credentials: () => "hat ein % in Benutzer oder Passwort, das nichts kodiert (ein % selbst ist %25)",
    url_private: () => "führt in ein privates Netz, wohin dieser Dienst nichts sendet",
    no_own_domain: () => "ist nötig: Dieser Dienst hat keine Domain, in der er Adressen erzeugen kann",
    domain_not_verified: () => "gehört zu einer Domain, die für Ihr Konto noch nicht bestätigt ist",
    taken: () => "ist schon vergeben",
    own_address_exists: () => "ist nötig: Eine von diesem Dienst erzeugte Adresse gibt es schon",
    url_bare: () => "nennt nur einen Host: Fügen Sie einen Pfad an, wie in https://laden.example/post",
  },
};
