import { Gauge, type Registry } from "prom-client";
import type { Core } from "./app-core.ts";
import { CertificateFolder } from "./base/certificate-folder.ts";
import { readerPaths } from "./core/tracking/index.ts";
import type { LinkHosting } from "./edge/http/narrow.ts";
import type { HttpServer } from "./edge/http/server.ts";
import { challengePath, readChallenge } from "./edge/readers/challenges.ts";

/** Where readers reach the hosts of customers, when this service speaks TLS for them. */
export interface LinkHostOptions {
  /** The folder of their certificates. */
  certificates: string | null;
  /** Where they are served; null where the HTTP server serves them beside its own name. */
  https: { host: string; port: number } | null;
  /** Where who issues certificates asks, without TLS. */
  http: { host: string; port: number } | null;
  /** What a client for certificates calls its webroot. */
  challenges: string | null;
}

/** Customers' hosts, as this process serves them. */
export interface LinkHosts {
  folder: CertificateFolder | null;
  hosting: LinkHosting;
}

/** Opens the folder of certificates.
 *  @throws when it cannot be read
 *  @param publicUrl asked each time, since a port may be known late */
export async function openLinkHosts(
  core: Core,
  { certificates }: LinkHostOptions,
  publicUrl: () => string,
): Promise<LinkHosts> {
  const folder = certificates === null ? null : await CertificateFolder.open(certificates, core);
  const ownHost = () => new URL(publicUrl()).hostname.toLowerCase();
  return { folder, hosting: { certificates: folder, ownHost, isServed } };
}

const readerStarts = Object.values(readerPaths);

function isServed(path: string, narrow: "readers" | "challenges"): boolean {
  if (path.startsWith(challengePath)) return true;
  return narrow === "readers" && readerStarts.some((start) => path.startsWith(start));
}

/** Answers who issues certificates, and tells the operator how those stand that are there. */
export function serveLinkHosts(
  { app }: HttpServer,
  { folder }: LinkHosts,
  { challenges }: LinkHostOptions,
  registry: Registry,
): void {
  if (challenges !== null)
    app.get<{ Params: { token: string } }>(`${challengePath}:token`, async ({ params }, reply) => {
      const found = await readChallenge(challenges, params.token);
      if (found === null) return reply.callNotFound();
      return reply.type("application/octet-stream").send(found);
    });
  if (folder === null) return;
  const gauge = (
    name: string,
    help: string,
    numberOf: (state: ReturnType<CertificateFolder["state"]>) => number,
  ) =>
    new Gauge({
      ...{ name: `facteur_link_certificates${name}`, help, registers: [registry] },
      collect() {
        this.set(numberOf(folder.state()));
      },
    });
  gauge(
    "",
    "Certificates of customers' hosts that can be used.",
    (state) => state.certificates.length - state.ended,
  );
  gauge("_ending", "Those that end within two weeks, or have ended.", (state) => state.endingSoon);
  gauge("_unusable", "Those that cannot be used.", (state) => state.problems.length);
}

/** Listens for customers' hosts where they have a place of their own. */
export async function listenForLinkHosts(
  { log }: Core,
  http: HttpServer,
  { https, http: plain }: LinkHostOptions,
): Promise<void> {
  if (https !== null) {
    const { port } = await http.listenNarrow("readers", https);
    log.info("links.listening", { port });
  }
  if (plain !== null) {
    const { port } = await http.listenNarrow("challenges", plain);
    log.info("challenges.listening", { port });
  }
}
