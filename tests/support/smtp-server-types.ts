import type { createSecureContext } from "node:tls";

/** Where a script can answer. `message` is the reply to the message itself: after the final dot or the last
 *  chunk. `bdat` is asked for each chunk that is not the last. */
export type SmtpStep =
  | "connect"
  | "ehlo"
  | "helo"
  | "starttls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "bdat"
  | "message"
  | "rset"
  | "noop"
  | "quit"
  | "unknown";

/** What the server does at a step. */
export interface Behaviour {
  /** Text gets CRLF at each "\n" and at its end: `"250-one\n250 two"`. Bytes go out as they are. Nothing at
   *  all is sent when it is missing and `end` or `isSilent` is set; otherwise the usual reply is. */
  readonly reply?: string | Buffer;
  /** Waits before the reply. Pipelined commands wait behind it. */
  readonly delayMs?: number;
  /** Sends the reply byte by byte with this pause between two: a slow loris. */
  readonly dripMs?: number;
  /** Never answers, and reads no further command. */
  readonly isSilent?: boolean;
  /** Closes after the reply, or instead of one: in order (FIN), or at once (RST). */
  readonly end?: "close" | "reset";
  /** Reads nothing more from the socket: the client runs into back-pressure. */
  readonly stopsReading?: boolean;
  /** For `data`: closes when this many octets of the message have come, before the final dot. */
  readonly endAfterOctets?: number;
  /** For `data`: sends this reply when the first octets of the message have come, before the final dot. */
  readonly earlyReply?: string;
  /** For `starttls`: agrees, and then talks nonsense instead of TLS. */
  readonly breaksHandshake?: boolean;
}

/** A reply in short, or what to do. */
export type Answer = string | Buffer | Behaviour;

export interface StepEvent {
  readonly step: SmtpStep;
  /** What stands behind the verb. */
  readonly argument: string;
  /** The number of the connection, from 1 on. */
  readonly connection: number;
  /** How often this step has come on this server, from 1 on. */
  readonly times: number;
  readonly from: string | undefined;
  readonly to: readonly string[];
  /** The message, at step `message`, when the server keeps messages. */
  readonly data: Buffer | undefined;
}

/** An answer for always, or a function that chooses one; `undefined` means the usual reply. */
export type Script = Answer | ((event: StepEvent) => Answer | undefined | Promise<Answer | undefined>);

/**
 * A scripted SMTP server on a real socket.
 *
 * Without options it is a sink that accepts everything, offers PIPELINING, CHUNKING, 8BITMIME, SMTPUTF8, DSN,
 * SIZE and ENHANCEDSTATUSCODES, and remembers who each message was for. Examples:
 *
 * - every recipient is unknown: `{ on: { rcpt: "550 5.1.1 No such user" } }`
 * - the second message is deferred: `{ on: { message: ({ times }) => (times === 2 ? "451 4.7.1 Later" : undefined) } }`
 * - the connection is lost with the outcome unknown: `{ on: { message: { end: "reset" } } }`
 * - the connection is lost with nothing delivered: `{ on: { data: { endAfterOctets: 100 } } }`
 * - STARTTLS is offered: `{ tls: createAuthority().issue(["mx.example.test"]) }`
 * - a peer of 1982: `{ extensions: [] }`; one without chunking: `{ extensions: ["PIPELINING"] }`
 */
export interface SmtpServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** How the server calls itself. Default `sink.test`. */
  readonly name?: string;
  /** EHLO keywords, with parameters. STARTTLS and AUTH are added by `tls` and `auth`. */
  readonly extensions?: readonly string[];
  /** Offers STARTTLS with this certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Speaks TLS from the first byte (port 465) instead of offering STARTTLS. */
  readonly implicitTls?: boolean;
  /** Offers AUTH, on encrypted connections only, and takes this pair. */
  readonly auth?: {
    readonly user: string;
    readonly password: string;
    readonly mechanisms?: readonly string[];
  };
  readonly on?: Partial<Record<SmtpStep, Script>>;
  /** What is remembered. `counts`: numbers only, for millions of messages. `envelopes` (default): who it was
   *  for and how large. `messages`: all octets too, which are then judged (see `violations`). */
  readonly keep?: "counts" | "envelopes" | "messages";
}

/** A message that reached its end, whatever the answer was. */
export interface RecordedTransaction {
  readonly connection: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Parameters of MAIL and of each RCPT, such as `SIZE=120 BODY=8BITMIME`. */
  readonly mailParameters: string;
  readonly rcptParameters: readonly string[];
  readonly octets: number;
  readonly via: "data" | "bdat";
  /** The protocol, such as `TLSv1.3`; undefined in plain text. */
  readonly tls: string | undefined;
  readonly user: string | undefined;
  /** The code that was answered; undefined when the server kept silent or closed instead. */
  readonly code: number | undefined;
  /** Dots unstuffed. Only with `keep: "messages"`. */
  readonly data: Buffer | undefined;
}

export interface SmtpServerCounts {
  connections: number;
  open: number;
  handshakes: number;
  commands: number;
  /** Messages answered with a 2yz. */
  messages: number;
  octets: number;
}

/** What all sessions of a server share. */
export interface SmtpServerState {
  readonly options: SmtpServerOptions;
  readonly extensions: readonly string[];
  readonly secureContext: ReturnType<typeof createSecureContext> | undefined;
  readonly counts: SmtpServerCounts;
  readonly steps: Map<SmtpStep, number>;
  readonly transactions: RecordedTransaction[];
  readonly violations: Set<string>;
  onMessage(): void;
}
