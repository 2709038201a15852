export const smtp = {
  title: "SMTP",
  lead: "For programs that know no API: shops, scanners, printers, other mail servers.",
  offTitle: "SMTP is switched off",
  offText: "Whoever runs this service has not opened it for mail by SMTP (FACTEUR_SUBMISSION).",
  access: "What to enter",
  otherPort: "Other port",
  userIsKey: "The API key of a pair that may send.",
  userMissing: "API_KEY",
  primary: "Primary",
  withKey: "Key pair",
  keyName: "SMTP",
  makeKey: "Make a key pair for SMTP",
  secretOnce:
    "The password is shown now and never again: only a hash of it is kept. Copy it to where you keep secrets.",
  secretGone:
    "The secret key of the pair. It was shown when the pair was made, and cannot be shown again. Lost? Make a new pair.",
  toKeys: "All key pairs",
  programs: "For your program",
  programNames: {
    swaks: "swaks",
    nodemailer: "Nodemailer",
    postfix: "Postfix",
    php: "PHP",
    python: "Python",
  },
  withoutSecret: "The password stands as SECRET_KEY until you make a pair here or put yours in its place.",
  ownCertificate:
    "On this machine the service has a certificate of its own making, so the lines tell the program to accept it. Elsewhere they do not.",
  test: "Try it",
  testText: "Start watching, then let your program send a message. It shows up here within a second or two.",
  testAction: "Start watching",
  watching: "Waiting for a message …",
  arrived: "It has arrived.",
  noSubject: "(no subject)",
  open: "See what becomes of it",
  again: "Watch again",
  refused: "Refused",
  refusals: {
    wrongSecret:
      "The API key is yours, and the secret beside it is wrong. Copy it again, or make a new pair here.",
    notEncrypted:
      "Switch encryption on in the program. The secret went over the network in the clear: make a new pair here, and revoke this one.",
    notAllowed: "The pair may not send, or was switched off, or the account is suspended. See “API keys”.",
    sender: "The address in From is not yours yet. Verify its domain, or the address itself.",
    later: "The service is busy, or a limit is reached. Your program may try again later.",
    message: "The message is not well formed; the words behind the number say where.",
  },
  late: "Nothing has come yet",
  lateText: "This page goes on watching. What your program says tells what is wrong:",
  troubles: [
    {
      says: "Connection refused, timed out",
      means:
        "Host or port are wrong, or a firewall is in between. Many networks close port 25; use the ports above.",
    },
    {
      says: "Certificate, self-signed, hostname mismatch",
      means:
        "Use the host as it stands above. On this machine the program has to accept a certificate of the service’s own making.",
    },
    { says: "530 Send STARTTLS first", means: "Switch encryption on in the program." },
    {
      says: "535 wrong key",
      means: "User or password are wrong: the user is the API key, the password its secret key.",
    },
    {
      says: "535 no permission, 550 does not work any more",
      means: "The pair may not send, or was switched off or revoked. See “API keys”.",
    },
    {
      says: "550, 553 sender",
      means: "The address in From is not yours yet. Verify its domain, or the address itself.",
    },
    { says: "421, 451, 452", means: "The service is busy or today’s quota is used up. Try again later." },
    {
      says: "552, 554",
      means: "The message is too large or not well formed; the words behind the number say where.",
    },
  ],
};
