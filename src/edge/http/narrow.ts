import type http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { CertificateFolder } from "../../base/certificate-folder.ts";

/** What a connection is for, where it is not for everything: `readers` came for a customer's host, `challenges` without TLS
 *  for who issues certificates. */
export type Narrow = "readers" | "challenges";

/** Hosts of customers that are served beside our own. */
export interface LinkHosting {
  /** Null where nothing speaks TLS for them here. */
  certificates: CertificateFolder | null;
  /** Never narrow, whatever certificates there are: the service's own name, in lower case. */
  ownHost: () => string;
  /** Is there an answer for a path on such a connection? */
  isServed(path: string, narrow: Narrow): boolean;
}

/** Makes a server that answers like all others; null for one without TLS. */
export type MakeServer = (tls: https.ServerOptions | null) => http.Server;

/** Tells connections that are for less than everything from the others, and listens for them. */
export class NarrowPlaces {
  readonly #hosting: LinkHosting | null;
  readonly #kinds = new WeakMap<Socket, Narrow>();
  readonly #servers: http.Server[] = [];

  constructor(hosting: LinkHosting | null) {
    this.#hosting = hosting;
  }

  /** What a server with a certificate of its own needs to show customers' hosts theirs. */
  byName(): Pick<https.ServerOptions, "SNICallback"> {
    const { certificates = null, ownHost } = this.#hosting ?? {};
    return certificates === null ? {} : byName(certificates, ownHost);
  }

  /** Follows such a server: who asks for a customer's host is served as a reader. */
  follow(server: http.Server): void {
    const { certificates, ownHost } = this.#hosting ?? {};
    if (certificates == null || !(server instanceof https.Server)) return;
    server.on("secureConnection", (socket: TLSSocket) => {
      const name = typeof socket.servername === "string" ? socket.servername.toLowerCase() : "";
      if (name !== ownHost?.() && certificates.has(name)) this.#kinds.set(socket, "readers");
    });
  }

  /** Is a request for something that this connection is not for? Null where it is for everything. */
  narrowOf(socket: Socket, path: string): { isServed: boolean } | null {
    const kind = this.#kinds.get(socket);
    return kind === undefined ? null : { isServed: this.#hosting?.isServed(path, kind) === true };
  }

  async listen(
    make: MakeServer,
    narrow: Narrow,
    place: { host: string; port: number },
  ): Promise<AddressInfo> {
    const { certificates = null } = this.#hosting ?? {};
    if (narrow === "readers" && certificates === null)
      throw new Error("There are no certificates for customers' hosts.");
    const server = make(narrow === "readers" && certificates !== null ? byName(certificates) : null);
    const event = narrow === "readers" ? "secureConnection" : "connection";
    server.on(event, (socket: Socket) => void this.#kinds.set(socket, narrow));
    this.#servers.push(server);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(place.port, place.host, resolve);
    await promise;
    server.removeListener("error", reject);
    return server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => void server.close(resolve)));
    await Promise.all(closed);
  }
}

// Where there is none for the name, a server's own certificate is used; if it has none, the handshake fails.
function byName(
  certificates: CertificateFolder,
  ownHost?: () => string,
): Pick<https.ServerOptions, "SNICallback"> {
  return {
    SNICallback: (name, done) =>
      done(null, name.toLowerCase() === ownHost?.() ? undefined : certificates.contextOf(name)),
  };
}
