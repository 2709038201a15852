import type { meanings as english } from "../en/meanings.ts";

export const meanings: typeof english = {
  due: "Sie ist an der Reihe und geht hinaus, sobald ihr Ziel sie nimmt.",
  under_way: "Sie ist gerade in Arbeit.",
  destination_paused: "Ihr Ziel hat eben andere Post abgelehnt und wird eine Weile in Ruhe gelassen.",
  warm_up:
    "Die sendende Adresse ist diesem Anbieter neu und sendet nur so viel am Tag, jeden Tag etwas mehr.",
  delivered: "Der Server des Empfängers hat die Nachricht genommen und ist nun für sie verantwortlich.",
  kept_in_test_inbox: "Die Nachricht blieb im Test-Posteingang. Sie hat diesen Dienst nicht verlassen.",
  mailbox_unknown: "Dieses Postfach gibt es nicht. Prüfen Sie die Adresse; erneut zu senden hilft nicht.",
  mailbox_inactive:
    "Das Postfach gibt es, aber es nimmt keine Post: Es ist geschlossen oder bekommt gerade zu viel.",
  mailbox_full: "Das Postfach ist voll. Nur sein Besitzer kann das ändern.",
  domain_unknown: "Die Domain des Empfängers gibt es nicht. Prüfen Sie den Teil hinter dem @.",
  domain_without_mail: "Die Domain des Empfängers nimmt keine Post.",
  relaying_refused:
    "Der Server nimmt keine Post für diesen Empfänger: Dessen Domain ist falsch eingerichtet.",
  sender_refused:
    "Der Server lehnt Post dieses Absenders oder dieser Domain ab. Bitten Sie den Empfänger, sie zuzulassen.",
  authentication_missing:
    "Der Server konnte nicht erkennen, dass die Post wirklich von Ihnen ist. Prüfen Sie die Einträge SPF, DKIM und DMARC der Domain.",
  sender_not_verified:
    "Die sendende Domain ist nicht mehr bestätigt. Veröffentlichen Sie ihre Einträge und sehen Sie wieder nach.",
  source_listed:
    "Die Adresse, von der dieser Dienst sendet, steht auf einer Sperrliste. Der Betreiber kann sie streichen lassen.",
  source_refused:
    "Der Server traut der Adresse nicht, von der dieser Dienst sendet: Sie ist neu oder hat einen schlechten Ruf.",
  sending_too_fast: "Der Server will weniger auf einmal. Er bekommt sie langsamer.",
  policy_refused: "Der Server lehnt nach einer eigenen Regel ab, die er nicht erklärt.",
  greylisted:
    "Der Server kennt uns noch nicht und bittet, in einigen Minuten wiederzukommen. Beim ersten Mal ist das üblich.",
  content_refused:
    "Der Server lehnt den Inhalt ab: Er sieht nach Spam aus oder enthält etwas, das er nicht nimmt.",
  too_large: "Die Nachricht ist größer, als der Server erlaubt. Senden Sie weniger oder einen Link.",
  template_fault:
    "Die Vorlage hat einen Fehler, deshalb wurde nichts gesendet. Berichtigen Sie sie und senden Sie erneut.",
  server_trouble: "Der andere Server hat selbst Schwierigkeiten. Er wird später wieder gefragt.",
  protocol_trouble:
    "Der andere Server hielt sich nicht an die Regeln von SMTP, oder ihm gefiel nicht, wie wir es taten.",
  smtputf8_missing: "Die Adresse hat Zeichen, mit denen der Server des Empfängers nicht umgehen kann.",
  connection_failed:
    "Der Server des Empfängers war nicht zu erreichen, oder die Verbindung brach ab. Es wird wieder versucht.",
  encryption_missing:
    "Die Domain des Empfängers verlangt eine Verschlüsselung, die ihre Server gerade nicht anbieten. Es wird wieder versucht.",
  dns_failed: "Das DNS gab für die Domain des Empfängers keine Antwort. Es wird wieder gefragt.",
  next_server_refused: "Der Smarthost weist diesen Dienst ab: Der Betreiber muss die Anmeldung prüfen.",
  own_fault:
    "In diesem Dienst ging etwas schief. Es wird wieder versucht; bleibt es dabei, sagen Sie es dem Betreiber.",
  suppressed: "Die Adresse ist gesperrt: Post an sie kam zurück, oder ihr Besitzer will keine.",
  complained: "Die Adresse ist gesperrt: Ihr Besitzer hat eine frühere Nachricht als unerwünscht gemeldet.",
  duplicate_in_campaign: "Die Adresse hat schon eine Nachricht dieser Kampagne bekommen.",
  cancelled: "Die Nachricht wurde vor dem Senden abgebrochen.",
  expired: "Die Nachricht ließ sich nicht rechtzeitig zustellen und wird nicht mehr versucht.",
  outcome_unknown:
    "Die Verbindung brach ab, nachdem die ganze Nachricht gesendet war. Vielleicht hat der Empfänger sie; niemand kann es wissen.",
};
