/** What a destination is known to bear. */
export interface DestinationLimits {
  /** The provider, or "" for everybody else. */
  provider: string;
  connectionsMax: number;
  messagesPerConnectionMax: number;
  messagesPerMinuteMax: number;
}

interface Provider extends DestinationLimits {
  /** Endings of the MX host names. */
  hosts: string[];
}

const unlimited = Number.POSITIVE_INFINITY;

// What the providers publish or have told operators of large senders (reference: mail delivery, per-provider limits).
const providers: Provider[] = [
  provider("google", ["google.com", "googlemail.com", "psmtp.com"], 5, 50),
  provider("yahoo", ["yahoodns.net"], 5, 20),
  provider("microsoft", ["outlook.com", "hotmail.com", "office365.us"], 5, 50),
  provider("apple", ["icloud.com", "apple.com"], 10, 5),
  provider("comcast", ["comcast.net"], 25, 1000),
  provider("mimecast", ["mimecast.com", "mimecast.co.za"], 10, 100),
  provider("orange", ["orange.fr", "wanadoo.fr"], 2, 100),
  provider("united-internet", ["web.de", "gmx.net", "kundenserver.de"], 4, 20),
  provider("qq", ["qq.com"], 4, 8),
  provider("netease", ["netease.com", "163.com"], 4, 7),
  provider("barracuda", ["barracudanetworks.com"], 10, 15),
];

function provider(
  name: string,
  hosts: string[],
  connectionsMax: number,
  messagesPerConnectionMax: number,
): Provider {
  return { provider: name, hosts, connectionsMax, messagesPerConnectionMax, messagesPerMinuteMax: unlimited };
}

// A server nobody has told us about: what most administrators consider polite.
const ordinary: DestinationLimits = {
  provider: "",
  connectionsMax: 10,
  messagesPerConnectionMax: 100,
  messagesPerMinuteMax: unlimited,
};

/** The limits of every provider that is known by name, and last those of everybody else. */
export function knownLimits(): DestinationLimits[] {
  return [...providers, ordinary];
}

/** The limits of a destination, by the names of its mail servers. */
export function limitsOf(hosts: readonly string[]): DestinationLimits {
  const names = hosts.map((host) => host.toLowerCase().replace(/\.$/, ""));
  const known = providers.find((entry) =>
    entry.hosts.some((ending) => names.some((name) => name === ending || name.endsWith(`.${ending}`))),
  );
  return known ?? ordinary;
}

// The first pause after a refusal; doubled with each further one.
const pauseFirstMs = 30_000;
const pauseMaxMs = 3_600_000;
// So many messages in a row without a refusal earn one more connection.
const successesForConnection = 20;

/** How much a destination is given at this moment. It starts in the middle, grows with success and shrinks fast with
 *  refusals, as congestion control does; a pause lets a server that is unwell recover.
 *  Times are milliseconds. */
export class DestinationBudget {
  readonly #whole: DestinationLimits;
  #limits: DestinationLimits;
  #connections: number;
  #successes = 0;
  #refusals = 0;
  #pausedUntil = 0;
  #minuteStart = 0;
  #minuteCount = 0;

  /** @param share how many nodes have a part of what the destination bears */
  constructor(limits: DestinationLimits, share = 1) {
    this.#whole = limits;
    this.#limits = portionOf(limits, share);
    this.#connections = Math.max(1, Math.ceil(this.#limits.connectionsMax / 2));
  }

  /** This node's part of what the destination bears. */
  get limits(): DestinationLimits {
    return this.#limits;
  }

  /** Nodes have come or gone. What was earned stays, as far as the new part allows it. */
  shareAmong(nodes: number): void {
    this.#limits = portionOf(this.#whole, nodes);
    this.#connections = Math.min(this.#connections, this.#limits.connectionsMax);
  }

  /** How many connections may be open now: none during a pause. */
  connections(now: number): number {
    return now < this.#pausedUntil ? 0 : this.#connections;
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** May one more message go in this minute? Counts it when it may. */
  spend(now: number): boolean {
    if (now - this.#minuteStart >= 60_000) {
      this.#minuteStart = now;
      this.#minuteCount = 0;
    }
    if (this.#minuteCount >= this.limits.messagesPerMinuteMax) return false;
    this.#minuteCount++;
    return true;
  }

  /** A message was taken. */
  succeeded(): void {
    this.#refusals = 0;
    if (++this.#successes < successesForConnection) return;
    this.#successes = 0;
    if (this.#connections < this.limits.connectionsMax) this.#connections++;
  }

  /** The destination asked for less, or could not be reached. */
  refused(now: number): void {
    this.#successes = 0;
    if (now < this.#pausedUntil) return; // several connections hear the same refusal: it counts once
    this.#connections = Math.max(1, Math.floor(this.#connections / 2));
    const pauseMs = Math.min(pauseMaxMs, pauseFirstMs * 2 ** this.#refusals);
    this.#pausedUntil = now + pauseMs;
    this.#refusals++;
  }
}

function portionOf(limits: DestinationLimits, share: number): DestinationLimits {
  const connectionsMax = Math.max(1, Math.floor(limits.connectionsMax / share));
  const messagesPerMinuteMax = Math.max(1, Math.floor(limits.messagesPerMinuteMax / share));
  return { ...limits, connectionsMax, messagesPerMinuteMax };
}
