/** How long the client waits for its peer, in milliseconds. Every wait of a connection is one of these. */
export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly tlsMs: number;
  readonly helloMs: number;
  readonly authMs: number;
  readonly mailMs: number;
  readonly rcptMs: number;
  readonly dataMs: number;
  readonly dataBlockMs: number;
  readonly finalMs: number;
  readonly resetMs: number;
  readonly quitMs: number;
}

const second = 1_000;
const minute = 60 * second;

/** RFC 5321 §4.5.3.2 where it names a value. The others: 30 s is longer than any host that is up needs to
 *  connect; a handshake is two round trips of computing; the commands without a value of their own get that
 *  of MAIL; nothing is at stake after QUIT. */
export const defaultTimeouts: SmtpTimeouts = {
  connectMs: 30 * second,
  greetingMs: 5 * minute, // §4.5.3.2.1
  tlsMs: minute,
  helloMs: 5 * minute,
  authMs: 2 * minute,
  mailMs: 5 * minute, // §4.5.3.2.2
  rcptMs: 5 * minute, // §4.5.3.2.3
  dataMs: 2 * minute, // §4.5.3.2.4
  dataBlockMs: 3 * minute, // §4.5.3.2.5
  finalMs: 10 * minute, // §4.5.3.2.6: shorter and a slow peer receives the message twice.
  resetMs: 5 * minute,
  quitMs: 5 * second,
};
