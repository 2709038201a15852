import type { smtp as english } from "../en/smtp.ts";

export const smtp: typeof english = {
  title: "SMTP",
  lead: "Für Programme, die keine API kennen: Läden, Scanner, Drucker, andere Mailserver.",
  offTitle: "SMTP ist abgeschaltet",
  offText: "Der Betreiber dieses Dienstes hat ihn nicht für Post über SMTP geöffnet (FACTEUR_SUBMISSION).",
  access: "Was einzutragen ist",
  otherPort: "Anderer Port",
  userIsKey: "Der API-Schlüssel eines Paars, das senden darf.",
  userMissing: "API_KEY",
  primary: "Erstes Paar",
  withKey: "Schlüsselpaar",
  keyName: "SMTP",
  makeKey: "Schlüsselpaar für SMTP erzeugen",
  secretOnce:
    "Das Passwort wird jetzt gezeigt und nie wieder: Gespeichert ist nur sein Hashwert. Kopieren Sie es dorthin, wo Sie Geheimnisse aufbewahren.",
  secretGone:
    "Der geheime Schlüssel des Paars. Er wurde beim Erzeugen gezeigt und kann nicht noch einmal gezeigt werden. Verloren? Erzeugen Sie ein neues Paar.",
  toKeys: "Alle Schlüsselpaare",
  programs: "Für Ihr Programm",
  programNames: {
    swaks: "swaks",
    nodemailer: "Nodemailer",
    postfix: "Postfix",
    php: "PHP",
    python: "Python",
  },
  withoutSecret:
    "Als Passwort steht SECRET_KEY da, bis Sie hier ein Paar erzeugen oder Ihres an die Stelle setzen.",
  ownCertificate:
    "Auf diesem Rechner hat der Dienst ein selbst gemachtes Zertifikat; deshalb sagen die Zeilen dem Programm, es anzunehmen. Anderswo tun sie das nicht.",
  test: "Ausprobieren",
  testText:
    "Fangen Sie an zu beobachten und lassen Sie dann Ihr Programm eine Nachricht senden. Sie erscheint hier binnen ein, zwei Sekunden.",
  testAction: "Beobachten",
  watching: "Warten auf eine Nachricht …",
  arrived: "Sie ist angekommen.",
  noSubject: "(ohne Betreff)",
  open: "Sehen, was aus ihr wird",
  again: "Noch einmal beobachten",
  refused: "Abgelehnt",
  refusals: {
    wrongSecret:
      "Der API-Schlüssel ist Ihrer, aber der geheime dazu stimmt nicht. Kopieren Sie ihn noch einmal, oder erzeugen Sie hier ein neues Paar.",
    notEncrypted:
      "Schalten Sie im Programm die Verschlüsselung ein. Der geheime Schlüssel ging offen durchs Netz: Erzeugen Sie hier ein neues Paar und widerrufen Sie dieses.",
    notAllowed:
      "Das Paar darf nicht senden, wurde abgeschaltet, oder das Konto ist gesperrt. Siehe „API-Schlüssel“.",
    sender:
      "Die Adresse in From gehört Ihnen noch nicht. Bestätigen Sie ihre Domain oder die Adresse selbst.",
    later:
      "Der Dienst ist ausgelastet, oder eine Grenze ist erreicht. Ihr Programm darf es später noch einmal versuchen.",
    message: "Die Nachricht ist nicht wohlgeformt; die Wörter hinter der Nummer sagen, wo.",
  },
  late: "Noch ist nichts gekommen",
  lateText: "Diese Seite beobachtet weiter. Was Ihr Programm meldet, sagt, woran es liegt:",
  troubles: [
    {
      says: "Connection refused, timed out",
      means:
        "Host oder Port stimmen nicht, oder eine Firewall steht dazwischen. Viele Netze sperren Port 25; nehmen Sie die Ports oben.",
    },
    {
      says: "Certificate, self-signed, hostname mismatch",
      means:
        "Nehmen Sie den Host, wie er oben steht. Auf diesem Rechner muss das Programm ein selbst gemachtes Zertifikat annehmen.",
    },
    { says: "530 Send STARTTLS first", means: "Schalten Sie im Programm die Verschlüsselung ein." },
    {
      says: "535 wrong key",
      means:
        "Benutzer oder Passwort stimmen nicht: Benutzer ist der API-Schlüssel, Passwort sein geheimer Schlüssel.",
    },
    {
      says: "535 no permission, 550 does not work any more",
      means: "Das Paar darf nicht senden oder ist abgeschaltet oder widerrufen. Siehe „API-Schlüssel“.",
    },
    {
      says: "550, 553 sender",
      means:
        "Die Adresse in From gehört noch nicht Ihnen. Bestätigen Sie ihre Domain oder die Adresse selbst.",
    },
    {
      says: "421, 451, 452",
      means:
        "Der Dienst ist ausgelastet, oder das Kontingent für heute ist verbraucht. Versuchen Sie es später wieder.",
    },
    {
      says: "552, 554",
      means:
        "Die Nachricht ist zu groß oder nicht wohlgeformt; die Worte hinter der Zahl sagen, an welcher Stelle.",
    },
  ],
};
