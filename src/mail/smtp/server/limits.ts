/** What one connection and all of them may cost. All can be set; the defaults carry their reasons. */
export interface ServerLimits {
  /** Of a command with its line end. */
  commandOctetsMax: number;
  /** Of a line that belongs to AUTH. */
  authOctetsMax: number;
  recipientsMax: number;
  messageBytesMax: number;
  /** Of a line of a message, without CRLF. */
  lineOctetsMax: number;
  /** Commands that were wrong, in one session. */
  errorsMax: number;
  /** Wrong passwords, in one session. */
  authFailuresMax: number;
  /** Commands of a client that has not said who it is. */
  strangerCommandsMax: number;
  /** Commands from one message to the next. */
  commandsPerMessageMax: number;
  /** Connections at a time. */
  connectionsMax: number;
  /** Those among them whose client has not said who it is. */
  strangersMax: number;
  /** Connections from one address, or the /64 of an IPv6 address; from this machine as many as there may be. */
  connectionsPerAddressMax: number;
  /** Connections from one network: the /24 of an IPv4 address, the /48 of an IPv6 address. When fewer are left for all, no
   *  network gets more than those. */
  connectionsPerNetworkMax: number;
  /** New connections a minute from one address or /64. */
  connectionsPerMinuteMax: number;
  /** New connections a minute from one network. */
  networkConnectionsPerMinuteMax: number;
  /** Messages that are being received, of all connections together. */
  heldBytesMax: number;
  /** Of what is left of them, the part that one network may hold: 1 lets it have half of all, ½ a third, since what it
   *  takes makes less of what is left. However many take all they may, something is left for the next. */
  heldShareOfFree: number;
  /** Replies that a client does not read. */
  unreadBytesMax: number;
}

export const defaultServerLimits: ServerLimits = {
  // RFC 5321 §4.5.3.1.4 has 512; DSN adds 600 for ENVID and ORCPT (RFC 3461 §4.1, §4.2), and Postfix takes 2,048.
  commandOctetsMax: 2_048,
  // RFC 4954 §4.
  authOctetsMax: 12_288,
  // RFC 5321 §4.5.3.1.8 wants 100 at least. Each is a row of the same transaction.
  recipientsMax: 1_000,
  // 15 MB of files are 20.5 MB in base64; the rest is for bodies.
  messageBytesMax: 32 * 1024 * 1024,
  // RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6: 998 octets and CRLF.
  lineOctetsMax: 998,
  // A client that is wrong twenty times does not speak this language.
  errorsMax: 20,
  // Somebody has mistyped; a program never gets better.
  authFailuresMax: 3,
  // EHLO, STARTTLS, EHLO and AUTH with its answers are six.
  strangerCommandsMax: 50,
  // MAIL, DATA, RSET and every recipient, with as much to spare.
  commandsPerMessageMax: 2_010,
  // Each costs up to 100 KB with TLS: 400 MB at most.
  connectionsMax: 4_000,
  // When there are more, the one that has been silent longest makes room: nobody can lock others out by doing nothing.
  strangersMax: 1_000,
  // A whole office behind one address needs fewer.
  connectionsPerAddressMax: 200,
  // A data centre's racks, or five such offices.
  connectionsPerNetworkMax: 1_000,
  // A hundred a second: a program that connects anew for each message sends as many, and handshakes cost 2 ms each.
  connectionsPerMinuteMax: 6_000,
  // Two such programs. Handshakes of two hundred a second take half of a core, and no more.
  networkConnectionsPerMinuteMax: 12_000,
  // Eight messages of the largest size, or 25,000 usual ones.
  heldBytesMax: 256 * 1024 * 1024,
  // Half of all: four of the largest from one network.
  heldShareOfFree: 1,
  // The answers to a thousand commands.
  unreadBytesMax: 64 * 1024,
};

/** How long the server waits for its client, in milliseconds. */
export interface ServerTimeouts {
  /** For the next command, from the answer to the one before. */
  commandMs: number;
  /** From the first octet until the client has said who it is, whatever it says meanwhile. */
  strangerMs: number;
  tlsMs: number;
  /** For the next octets of a message. */
  dataBlockMs: number;
  /** For a whole message. */
  messageMs: number;
  /** After the last reply. */
  closeMs: number;
  /** A graceful stop waits this long for messages under way. */
  stopMs: number;
}

const second = 1_000;
const minute = 60 * second;

export const defaultServerTimeouts: ServerTimeouts = {
  commandMs: 5 * minute, // RFC 5321 §4.5.3.2.7
  strangerMs: 5 * minute, // The same: whoever only drips commands gets no more of it.
  tlsMs: minute, // Two round trips of computing.
  dataBlockMs: 3 * minute, // RFC 5321 §4.5.3.2.5 gives the client as much.
  messageMs: 30 * minute, // The largest message at 150 kbit/s.
  closeMs: 5 * second, // Nothing is at stake any more.
  stopMs: 10 * second, // Longer than the longest transaction, shorter than what supervisors wait before SIGKILL.
};

/** How often connections are looked through for those that are over their time. */
export const sweepEveryMs = 1_000;
