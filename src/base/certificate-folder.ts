import { X509Certificate } from "node:crypto";
import { lstat, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** What is wrong with a certificate, and what to do about it. `file` is relative to the folder. */
export interface CertificateProblem {
  file: string;
  wrong: string;
}

/** A certificate of the folder. */
export interface FolderCertificate {
  /** Its certificate file, relative to the folder. */
  file: string;
  /** The DNS names it is for. */
  names: readonly string[];
  endsAt: Date;
}

interface Pair {
  certFile: string;
  keyFile: string;
}

interface Loaded extends FolderCertificate {
  stamp: string;
  context: SecureContext;
}

type Problems = Map<string, CertificateProblem & { stamp: string }>;

// Renewed weeks before their end; a minute is soon enough, and works where links are replaced, as certbot does.
const checkEveryMs = 60_000;
// Clients renew a month ahead: what is not renewed by now will hardly be by itself.
const warnBeforeMs = 14 * 86_400_000;
const warnEveryMs = 86_400_000;
// Of one host each. An operator with more has a proxy that gets them by itself.
const certificatesMax = 5_000;

/** Certificates of many hosts in a folder, chosen by the name that a client asks for. `NAME.crt` with `NAME.key`, or a folder
 *  `NAME` with `fullchain.pem` and `privkey.pem`, as certbot's `live` has them. Which hosts a certificate is for stands in
 *  it; the names of the files mean nothing. What is added, renewed or taken away is noticed within a minute. */
export class CertificateFolder {
  readonly #folder: string;
  readonly #log: Log;
  readonly #clock: Pick<Clock, "real">;
  readonly #timer: NodeJS.Timeout;
  readonly #certificatesMax: number;
  #loaded = new Map<string, Loaded>();
  #problems: Problems = new Map();
  #byName = new Map<string, Loaded>();
  #warnedAt = new Map<string, number>();
  #isLooking = false;

  private constructor(folder: string, { log, clock, everyMs, certificatesMax: max }: Options) {
    this.#folder = folder;
    this.#log = log;
    this.#clock = clock;
    this.#certificatesMax = max ?? certificatesMax;
    this.#timer = setInterval(() => void this.#lookAgain(), everyMs ?? checkEveryMs);
    this.#timer.unref();
  }

  /** Reads the folder. A certificate that cannot be used is told in the log and leaves the others alone.
   *  @throws when the folder itself cannot be read */
  static async open(folder: string, options: Options): Promise<CertificateFolder> {
    const opened = new CertificateFolder(folder, options);
    try {
      await opened.look();
    } catch (error) {
      opened.close();
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      throw new Error(
        `The folder of certificates ${folder} cannot be read (${code}). Make it, and let the user of the service read it.`,
      );
    }
    return opened;
  }

  /** The certificate for a name, by itself or by a wildcard (RFC 9525 §6.3); undefined where there is none. */
  contextOf(serverName: string): SecureContext | undefined {
    return this.#find(serverName)?.context;
  }

  has(serverName: string): boolean {
    return this.#find(serverName) !== undefined;
  }

  #find(serverName: string): Loaded | undefined {
    const name = serverName.toLowerCase().replace(/\.$/, "");
    const exact = this.#byName.get(name);
    if (exact !== undefined && !this.#hasEnded(exact)) return exact;
    const wild = this.#byName.get(name.replace(/^[^.]+/, "*"));
    // Where both have ended, the one of the name tells better what is to be renewed.
    return wild === undefined || this.#hasEnded(wild) ? (exact ?? wild) : wild;
  }

  #hasEnded({ endsAt }: FolderCertificate): boolean {
    return endsAt.getTime() <= this.#clock.real();
  }

  /** What is there, and what is wrong with the rest. */
  state(): {
    certificates: FolderCertificate[];
    /** Of these, those that have ended. */
    ended: number;
    /** Of these, those that end within two weeks, or have. */
    endingSoon: number;
    problems: CertificateProblem[];
  } {
    const certificates = [...this.#loaded.values()].map(({ file, names, endsAt }) => ({
      file,
      names,
      endsAt,
    }));
    const problems = [...this.#problems.values()].map(({ file, wrong }) => ({ file, wrong }));
    const ended = certificates.filter((each) => this.#hasEnded(each)).length;
    const endingSoon = certificates.filter((each) => this.#endsSoon(each)).length;
    return { certificates, ended, endingSoon, problems };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #lookAgain(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.look();
    } catch (error) {
      this.#log.warn("links.certificates.unreadable", { error });
    }
    this.#isLooking = false;
  }

  /** Looks at the folder now. What cannot be used any more stays as it was. */
  async look(): Promise<void> {
    const loaded = new Map<string, Loaded>();
    const problems: Problems = new Map();
    const pairs = await this.#pairs();
    const tooMany = pairs.splice(this.#certificatesMax);
    for (const pair of pairs) {
      const before = this.#loaded.get(pair.certFile);
      const stamp = await this.#stampOf(pair);
      const known = this.#problems.get(pair.certFile);
      if (before !== undefined && before.stamp === stamp) loaded.set(pair.certFile, before);
      else if (known !== undefined && known.stamp === stamp) {
        problems.set(pair.certFile, known);
        if (before !== undefined) loaded.set(pair.certFile, before);
      } else {
        const read = await this.#read(pair, stamp);
        if ("wrong" in read) problems.set(pair.certFile, { ...read, stamp });
        if ("wrong" in read) this.#log.warn("links.certificate.unusable", { ...read });
        else loaded.set(pair.certFile, read);
        if ("wrong" in read && before !== undefined) loaded.set(pair.certFile, before);
      }
    }
    this.#tellTooMany(tooMany, problems);
    this.#use(loaded, problems);
  }

  #tellTooMany(tooMany: readonly Pair[], problems: Problems): void {
    const [first] = tooMany;
    if (first === undefined) return;
    const { certFile: file } = first;
    const wrong =
      `It and what comes after it, ${tooMany.length} in all, are beyond the ${this.#certificatesMax} that are read. ` +
      "Take away those that nobody needs, or let a proxy speak TLS for these hosts.";
    if (this.#problems.get(file)?.wrong !== wrong)
      this.#log.warn("links.certificate.unusable", { file, wrong });
    problems.set(file, { file, wrong, stamp: "" });
  }

  #use(loaded: Map<string, Loaded>, problems: Problems): void {
    const names = new Map<string, Loaded>();
    for (const each of loaded.values()) {
      for (const name of each.names) {
        const other = names.get(name);
        if (other === undefined || other.endsAt < each.endsAt) names.set(name, each);
      }
    }
    [this.#loaded, this.#problems, this.#byName] = [loaded, problems, names];
    this.#warn();
  }

  // Whoever is replaced by another that lasts is nobody's concern.
  #warn(): void {
    const now = this.#clock.real();
    for (const each of new Set(this.#byName.values())) {
      const { file, endsAt } = each;
      const isTold = now - (this.#warnedAt.get(file) ?? Number.NEGATIVE_INFINITY) < warnEveryMs;
      if (!this.#endsSoon(each) || isTold) continue;
      this.#warnedAt.set(file, now);
      this.#log.warn("links.certificate.ends_soon", { file, endsAt: endsAt.toISOString() });
    }
  }

  #endsSoon({ endsAt }: FolderCertificate): boolean {
    return endsAt.getTime() - this.#clock.real() < warnBeforeMs;
  }

  async #pairs(): Promise<Pair[]> {
    const pairs: Pair[] = [];
    const entries = await readdir(this.#folder);
    for (const name of entries.sort()) {
      if (name.endsWith(".crt")) {
        pairs.push({ certFile: name, keyFile: `${name.slice(0, -".crt".length)}.key` });
        continue;
      }
      const certFile = path.join(name, "fullchain.pem");
      if (await this.#isThere(certFile)) pairs.push({ certFile, keyFile: path.join(name, "privkey.pem") });
    }
    return pairs;
  }

  // A link that leads nowhere, or what may not be looked at, is there: what is wrong with it is told when it is read.
  async #isThere(file: string): Promise<boolean> {
    try {
      await lstat(path.join(this.#folder, file));
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code !== "ENOENT" && code !== "ENOTDIR";
    }
  }

  async #stampOf({ certFile, keyFile }: Pair): Promise<string> {
    const stamps = [certFile, keyFile].map((file) =>
      stat(path.join(this.#folder, file)).then(
        // ctime: whoever lets the service read a file changes nothing else of it.
        ({ mtimeMs, ctimeMs, size, ino }) => `${mtimeMs}/${ctimeMs}/${size}/${ino}`,
        () => "none",
      ),
    );
    return (await Promise.all(stamps)).join(" ");
  }

  async #read({ certFile, keyFile }: Pair, stamp: string): Promise<Loaded | CertificateProblem> {
    const cert = await this.#text(certFile);
    if (cert === null) return { file: certFile, wrong: `It cannot be read. ${permission}` };
    const key = await this.#text(keyFile);
    if (key === null) return { file: keyFile, wrong: `It is missing, or cannot be read. ${permission}` };
    try {
      const { subjectAltName = "", validTo } = new X509Certificate(cert);
      const names = [...subjectAltName.matchAll(/DNS:([^,\s"]+)/g)].map(([, name = ""]) =>
        name.toLowerCase(),
      );
      if (names.length === 0)
        return { file: certFile, wrong: "It names no host. Have one issued for the link host." };
      const context = createSecureContext({ cert, key, minVersion: "TLSv1.2" });
      return { file: certFile, names, endsAt: new Date(validTo), stamp, context };
    } catch {
      const wrong = `It is no certificate in PEM, or ${keyFile} is not its key. Put both of one pair there.`;
      return { file: certFile, wrong };
    }
  }

  async #text(file: string): Promise<string | null> {
    try {
      return await readFile(path.join(this.#folder, file), "utf8");
    } catch {
      return null;
    }
  }
}

const permission = "Put it there, and let the user of the service read it.";

interface Options {
  log: Log;
  clock: Pick<Clock, "real">;
  everyMs?: number;
  certificatesMax?: number;
}
