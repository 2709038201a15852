/** What one connection and one request may cost. All can be set; the defaults carry their reasons. */
export interface HttpLimits {
  /** Of a request with its content decoded. */
  bodyBytesMax: number;
  /** Until the headers have arrived. */
  headersTimeoutMs: number;
  /** Until the whole request has arrived. */
  requestTimeoutMs: number;
  /** An idle connection is kept this long. */
  keepAliveTimeoutMs: number;
  /** After this many requests a connection is ended, so that a load balancer can spread clients anew. */
  requestsPerSocketMax: number;
  /** Connections at a time, in all places that are listened at; the next one is refused at once instead of being served
   *  slowly. */
  connectionsMax: number;
  /** Of one address, or the /64 of an IPv6 address; from this machine and from proxies that are named as many as
   *  there may be. */
  connectionsPerAddressMax: number;
  /** Of one network, as above: the /24 of an IPv4 address, the /48 of an IPv6 address. */
  connectionsPerNetworkMax: number;
  /** New ones a minute of one address or /64, as above. */
  connectionsPerMinuteMax: number;
  /** New ones a minute of one network, as above. */
  networkConnectionsPerMinuteMax: number;
  headerBytesMax: number;
  /** A graceful stop waits this long for requests under way. */
  closeGraceMs: number;
}

export const defaultHttpLimits: HttpLimits = {
  // 15 MB of attachments are 20 MB of base64; the rest is for bodies and for calls with several messages.
  bodyBytesMax: 32 * 1024 * 1024,
  // A client on the worst mobile line sends 16 KB of headers in this time; a slow-loris does not.
  headersTimeoutMs: 15_000,
  // 32 MB at 1 Mbit/s take 270 seconds.
  requestTimeoutMs: 300_000,
  // Longer than the 60 s that most proxies keep theirs, so that it is never this side that closes first.
  keepAliveTimeoutMs: 72_000,
  requestsPerSocketMax: 10_000,
  // Each costs up to 100 KB with TLS: 400 MB at most.
  connectionsMax: 4_000,
  // An office whose fifty readers have ten tabs each, or a customer's program with all the threads of a large machine.
  connectionsPerAddressMax: 500,
  // Two such offices; three quarters are always left for others.
  connectionsPerNetworkMax: 1_000,
  // 500 a second: a program that connects anew for each call sends as many on one core.
  connectionsPerMinuteMax: 30_000,
  // Two such programs.
  networkConnectionsPerMinuteMax: 60_000,
  // Node's own default; a key pair and all headers of all known clients fit twenty times.
  headerBytesMax: 16 * 1024,
  // Longer than the longest transaction of the accept writer, shorter than what supervisors wait before SIGKILL.
  closeGraceMs: 10_000,
};

/** How often node looks for connections that are over their time. */
export const connectionsCheckEveryMs = 2_000;

/** How long a refused request may go on sending its body before the connection is cut. Cutting at once would
 *  throw the answer away with the unread bytes (RFC 9112 §9.6). */
export const lingerMs = 2_000;
