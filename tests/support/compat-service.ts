import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import PostalMime, { type Email as ParsedMessage } from "postal-mime";
import { type MailjetClient, mailjet3, mailjet6 } from "./mailjet-clients.ts";
import { type Credentials, TestService } from "./service.ts";
import { type SmtpServer, startSmtpServer } from "./smtp-server.ts";
import { createAuthority } from "./tls.ts";

const patienceMs = 30_000;

/** A service behind HTTPS with a certificate of a local authority, as the official clients insist on, and a server
 *  that takes all its mail. */
export class CompatService {
  readonly service: TestService;
  readonly sink: SmtpServer;
  readonly #trusted = getCACertificates();

  private constructor(service: TestService, sink: SmtpServer) {
    this.service = service;
    this.sink = sink;
  }

  static async start(env: Record<string, string> = {}): Promise<CompatService> {
    const sink = await startSmtpServer({ keep: "messages" });
    const service = new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`, ...env } });
    const compat = new CompatService(service, sink);
    const authority = createAuthority();
    // The clients take no certificates: an operator would give the authority to the whole machine.
    setDefaultCACertificates([...compat.#trusted, authority.cert]);
    const { key, cert } = authority.issue(["localhost", "127.0.0.1"]);
    service.env.FACTEUR_HTTP_TLS_KEY = path.join(service.dataFolder, "https.key");
    service.env.FACTEUR_HTTP_TLS_CERT = path.join(service.dataFolder, "https.crt");
    writeFileSync(service.env.FACTEUR_HTTP_TLS_KEY, key);
    writeFileSync(service.env.FACTEUR_HTTP_TLS_CERT, cert);
    try {
      await service.start();
      await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
      return compat;
    } catch (error) {
      await compat.stop();
      throw error;
    }
  }

  get host(): string {
    return new URL(this.service.url).host;
  }

  /** Both generations of the official client. */
  clients(credentials: Credentials = this.service.first): MailjetClient[] {
    return [mailjet6(credentials, this.host), mailjet3(credentials, this.host)];
  }

  /** Waits until each address has got a message since a mark (a number of transactions), and answers the messages. */
  async arrived(addresses: readonly string[], since: number): Promise<Map<string, ParsedMessage>> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const fresh = new Map(this.sink.transactions.slice(since).map(({ to, data }) => [to[0] ?? "", data]));
      const missing = addresses.filter((address) => !fresh.has(address));
      if (missing.length === 0) {
        const parsed = addresses.map(
          async (address) => [address, await PostalMime.parse(fresh.get(address) ?? "")] as const,
        );
        return new Map(await Promise.all(parsed));
      }
      if (performance.now() > end) throw new Error(`Nothing arrived for ${missing.join(", ")}.`);
      await pause(20);
    }
  }

  async stop(): Promise<void> {
    await this.service.remove();
    await this.sink.close();
    setDefaultCACertificates(this.#trusted);
  }
}
