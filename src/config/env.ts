import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { operatorVariables } from "./operator-variables.ts";
import type { Variable } from "./variable.ts";

export type { Group, Variable } from "./variable.ts";

/** Every variable there is, each read here and nowhere else. */
export const variables = {
  mode: {
    name: "FACTEUR_MODE",
    group: "operator",
    meaning:
      "`development` or `production`. Production refuses to start with what is unsafe, and asks who the operator is. Only development allows `facteur clock advance`.",
    example: "production",
    fallback: "development",
  },
  data: {
    name: "FACTEUR_DATA",
    group: "places",
    meaning:
      "The folder for the embedded database, the secrets and the journal. Made when missing; relative to the working folder.",
    example: "/var/lib/facteur",
    fallback: "./data",
  },
  databaseUrl: {
    name: "DATABASE_URL",
    group: "places",
    meaning:
      "A PostgreSQL server (15 or newer) to use instead of the embedded one. The user must own the database, and may create roles.",
    example: "postgresql://facteur:password@db.example.org:5432/facteur?sslmode=verify-full",
    fallback: null,
    absence: "the embedded PostgreSQL, in the data folder",
    isSecret: true,
  },
  http: {
    name: "FACTEUR_HTTP",
    group: "http",
    meaning:
      "Where the API and the pages listen, as host:port. Port 0 takes a free one. In production an address that others can reach needs TLS, here or in front.",
    example: "0.0.0.0:8080",
    fallback: "127.0.0.1:8080",
  },
  publicUrl: {
    name: "FACTEUR_PUBLIC_URL",
    group: "http",
    meaning:
      "How the service is reached from outside: the start of every link in mails and of every `Href` in answers. Production requires https.",
    example: "https://mail.example.org",
    fallback: null,
    absence: "made from FACTEUR_HTTP",
  },
  linksUrl: {
    name: "FACTEUR_LINKS_URL",
    group: "http",
    meaning:
      "How the readers of mails reach the service: the start of unsubscribe links and of links that are counted. A name of its own keeps what customers' readers see apart from what customers see; it must lead to FACTEUR_HTTP, and stay in use as long as mail with it may be read. Production requires https.",
    example: "https://links.example.org",
    fallback: null,
    absence: "the same as FACTEUR_PUBLIC_URL",
  },
  tlsCertificate: {
    name: "FACTEUR_HTTP_TLS_CERT",
    group: "http",
    meaning:
      "A PEM file with the certificate and its chain, to serve HTTPS without a proxy. Needs FACTEUR_HTTP_TLS_KEY.",
    example: "/etc/facteur/fullchain.pem",
    fallback: null,
    absence: "plain HTTP",
  },
  tlsKey: {
    name: "FACTEUR_HTTP_TLS_KEY",
    group: "http",
    meaning: "A PEM file with the key of that certificate.",
    example: "/etc/facteur/privkey.pem",
    fallback: null,
    absence: "plain HTTP",
  },
  tlsInFront: {
    name: "FACTEUR_HTTP_TLS_IN_FRONT",
    group: "http",
    meaning:
      "`true` declares that a proxy in front speaks TLS and that nothing else can reach FACTEUR_HTTP. Without TLS here or in front, production listens on this machine only.",
    example: "true",
    fallback: "false",
  },
  proxies: {
    name: "FACTEUR_HTTP_PROXIES",
    group: "http",
    meaning:
      "The proxies in front, as addresses or networks separated by commas: what they write into X-Forwarded-For says from where a request came, which limits on attempts to sign in, and the telling apart of machines and readers, go by. From anybody else the header means nothing.",
    example: "127.0.0.1,10.0.0.0/8",
    fallback: null,
    absence: "none: a request comes from where its connection comes from",
  },
  linkCertificates: {
    name: "FACTEUR_LINK_CERTIFICATES",
    group: "http",
    meaning:
      "The folder with the certificates of customers' link hosts: NAME.crt with NAME.key, or NAME/fullchain.pem with NAME/privkey.pem, as certbot's `live` has them. Chosen by the name that is asked for; what is added or renewed is taken over within a minute. Served at FACTEUR_LINK_HTTPS, or beside its own name at FACTEUR_HTTP where that speaks TLS.",
    example: "/etc/letsencrypt/live",
    fallback: null,
    absence: "a proxy in front speaks TLS for them",
  },
  linkHttps: {
    name: "FACTEUR_LINK_HTTPS",
    group: "http",
    meaning:
      "Where readers reach customers' link hosts by HTTPS, as host:port. Only what links in mails lead to is served there. A name without a certificate is refused. Needs FACTEUR_LINK_CERTIFICATES.",
    example: "0.0.0.0:443",
    fallback: null,
    absence: "nowhere by themselves",
  },
  linkHttp: {
    name: "FACTEUR_LINK_HTTP",
    group: "http",
    meaning:
      "Where challenges of those who issue certificates are answered without TLS, as host:port, and nothing else. They ask port 80. Needs FACTEUR_ACME_FOLDER.",
    example: "0.0.0.0:80",
    fallback: null,
    absence: "nowhere by themselves",
  },
  challenges: {
    name: "FACTEUR_ACME_FOLDER",
    group: "http",
    meaning:
      "The folder that a client for certificates puts its challenges into (certbot's `--webroot-path`): what lies below .well-known/acme-challenge is served at every place that speaks HTTP.",
    example: "/var/lib/facteur/acme",
    fallback: null,
    absence: "no challenges are answered",
  },
  submission: {
    name: "FACTEUR_SUBMISSION",
    group: "submission",
    meaning:
      "Where programs hand in mail by SMTP, as host:port. An API key logs in with AUTH, after STARTTLS or from this machine. Port 0 takes a free one. In production an address that others can reach needs a certificate. A process without the role `smtp` does not listen.",
    example: "0.0.0.0:587",
    fallback: "127.0.0.1:2587",
  },
  submissionTls: {
    name: "FACTEUR_SUBMISSION_TLS",
    group: "submission",
    meaning: "Where the same is offered with TLS from the first octet (RFC 8314), as host:port.",
    example: "0.0.0.0:465",
    fallback: null,
    absence: "nowhere",
  },
  submissionCertificate: {
    name: "FACTEUR_SUBMISSION_TLS_CERT",
    group: "submission",
    meaning:
      "A PEM file with the certificate and its chain for both ports. A renewed one is taken over within a minute. Needs FACTEUR_SUBMISSION_TLS_KEY.",
    example: "/etc/facteur/fullchain.pem",
    fallback: null,
    absence:
      "the certificate of FACTEUR_HTTP_TLS_CERT; without that one too, development makes its own, which nobody vouches for, and production offers no TLS here",
  },
  submissionKey: {
    name: "FACTEUR_SUBMISSION_TLS_KEY",
    group: "submission",
    meaning: "A PEM file with the key of that certificate.",
    example: "/etc/facteur/privkey.pem",
    fallback: null,
    absence: "the key of FACTEUR_HTTP_TLS_KEY",
  },
  inbound: {
    name: "FACTEUR_INBOUND",
    group: "inbound",
    meaning:
      "Where other servers bring mail, as host:port: bounces, complaints, unsubscriptions by mail. Port 25 in production, with an MX record of FACTEUR_RETURN_PATH that leads there. Port 0 takes a free one. `List-Unsubscribe` names an address beside the link only where this is not an address of the loopback; processes that deliver need the same value. TLS is offered with the certificate of FACTEUR_SUBMISSION_TLS_CERT, or one that the service makes itself.",
    example: "0.0.0.0:25",
    fallback: "127.0.0.1:2525",
  },
  delivery: {
    name: "FACTEUR_DELIVERY",
    group: "delivery",
    meaning:
      "How mail leaves: `direct` to the recipients' servers, `inbox` (everything stays in the built-in test inbox), or a smart host: smtp://user:password@host:587 (STARTTLS before the password) or smtps://user:password@host:465. Whatever is set, mail from a domain that is not verified goes to the test inbox.",
    example: "smtp://user:password@relay.example.org:587",
    fallback: "direct",
    isSecret: true,
  },
  routes: {
    name: "FACTEUR_ROUTES",
    group: "delivery",
    meaning:
      "Recipient domains that go to a given server instead of their MX: domain=host:port, separated by commas; `*` stands for all others.",
    example: "example.org=127.0.0.1:2525,*=10.0.0.5:25",
    fallback: null,
    absence: "every domain by its MX",
  },
  resolver: {
    name: "FACTEUR_RESOLVER",
    group: "delivery",
    meaning: "The DNS resolver to ask, as IP address and port (53 when left out).",
    example: "127.0.0.1:53",
    fallback: null,
    absence: "the resolvers of the system",
  },
  resolverValidates: {
    name: "FACTEUR_RESOLVER_VALIDATES",
    group: "delivery",
    meaning:
      "`true` declares that this resolver checks DNSSEC and that the way to it cannot be tampered with; only then is DANE used (RFC 7672 §2.2). Needs FACTEUR_RESOLVER.",
    example: "true",
    fallback: "false",
  },
  helo: {
    name: "FACTEUR_HELO",
    group: "delivery",
    meaning:
      "The name this server gives itself towards others (RFC 5321 §4.1.1.1). It should be the PTR name of the source address and lead back to it.",
    example: "mail.example.org",
    fallback: null,
    absence: "the host of FACTEUR_PUBLIC_URL when that is a full name, else `localhost`",
  },
  returnPath: {
    name: "FACTEUR_RETURN_PATH",
    group: "delivery",
    meaning:
      "The domain bounces come back to: the domain of the envelope sender. Its MX must lead to a server that takes them, and its SPF record must list the source addresses; customers' domains point their `bounce` name at it.",
    example: "bounce.example.org",
    fallback: null,
    absence: "the domain of each message's own sender",
  },
  sourceAddresses: {
    name: "FACTEUR_SOURCE_ADDRESSES",
    group: "delivery",
    meaning: "The IP addresses of this machine to send from, separated by commas.",
    example: "203.0.113.10,2001:db8::10",
    fallback: null,
    absence: "the system chooses",
  },
  warmUps: {
    name: "FACTEUR_WARM_UP",
    group: "delivery",
    meaning:
      "Which of the source addresses are new, and the day (UTC) each began. For six weeks such an address sends every provider only so much a day: 50 messages on the first, doubled daily at first. What is left waits for the next day.",
    example: "203.0.113.10=2026-11-23",
    fallback: null,
    absence: "no address is new",
  },
  tlsCa: {
    name: "FACTEUR_TLS_CA",
    group: "delivery",
    meaning:
      "A PEM file of authorities to trust beside the usual ones, for the smart host and for servers and policies under MTA-STS.",
    example: "/etc/facteur/ca.pem",
    fallback: null,
    absence: "the usual ones alone",
  },
  tracking: {
    name: "FACTEUR_TRACKING",
    group: "delivery",
    meaning:
      "What may be known of readers at most, where an account and a message ask for it (`TrackOpens`, `TrackClicks`): `identified` lets accounts tell those readers apart who have agreed, `anonymous` counts openings and clicks with a picture and links that are the same for every reader, `off` counts nothing. Accounts begin with `anonymous`.",
    example: "anonymous",
    fallback: "identified",
  },
  countries: {
    name: "FACTEUR_COUNTRIES",
    group: "delivery",
    meaning:
      "A file in MaxMind's format (.mmdb) that tells which country an address is in. With it, openings and clicks are counted by country; the address itself is never kept. Read anew when it changes.",
    example: "/var/lib/facteur/countries.mmdb",
    fallback: null,
    absence: "nothing is counted by country",
  },
  machineNetworks: {
    name: "FACTEUR_MACHINE_NETWORKS",
    group: "delivery",
    meaning:
      "Networks from which only machines open mail and follow links, as addresses or networks separated by commas: those of your readers' mail scanners, if you know them. What comes from there counts as probably a machine's.",
    example: "192.0.2.0/24,2001:db8::/32",
    fallback: null,
    absence: "none",
  },
  webhookPrivate: {
    name: "FACTEUR_WEBHOOK_PRIVATE",
    group: "delivery",
    meaning:
      "`true` lets webhooks lead to this machine and to private networks. Whoever may add a webhook can then have this service send requests to machines behind the operator's firewall, and read the beginning of what they answer.",
    example: "true",
    fallback: null,
    absence: "allowed in development, refused in production",
  },
  ...operatorVariables,
  rootKey: {
    name: "FACTEUR_ROOT_KEY",
    group: "secrets",
    meaning:
      "The root key itself, 32 bytes as base64 or as 64 hexadecimal digits. Whoever has it and the database reads everything; whoever loses it reads nothing.",
    example: "the output of `openssl rand -base64 32`",
    fallback: null,
    absence: "FACTEUR_ROOT_KEY_COMMAND, else `secrets/root.key` in the data folder, made at the first start",
    isSecret: true,
  },
  rootKeyCommand: {
    name: "FACTEUR_ROOT_KEY_COMMAND",
    group: "secrets",
    meaning: "A command of the shell that prints the root key in the same form, for keys kept in a vault.",
    example: "vault kv get -field=key secret/facteur",
    fallback: null,
    absence: "no command is asked",
    isSecret: true,
  },
  dailyQuota: {
    name: "FACTEUR_DAILY_QUOTA",
    group: "limits",
    meaning: "How many recipients an account may send to in a day (UTC), or `none`.",
    example: "10000",
    fallback: "none",
  },
  rate: {
    name: "FACTEUR_RATE",
    group: "limits",
    meaning:
      "How many requests a second an API key may make on average, or `none`; a message by SMTP counts as one. Beyond it the answer is 429 with `Retry-After`; SMTP waits up to ten seconds and then answers 450.",
    example: "100",
    fallback: "1000",
  },
  roles: {
    name: "FACTEUR_ROLES",
    group: "process",
    meaning:
      "What this process does, separated by commas: `http` answers requests, `smtp` takes mail from programs, `inbound` takes mail from other servers, `worker` delivers, `retention` makes and drops partitions and keys. Every installation needs each of them somewhere.",
    example: "http,smtp,retention",
    fallback: "http,smtp,inbound,worker,retention",
  },
  metricsToken: {
    name: "FACTEUR_METRICS_TOKEN",
    group: "process",
    meaning:
      "Lets a collector on another machine read `/metrics`, which then asks everybody for it as `Authorization: Bearer …`, on this machine too; 16 characters at least. Figures of the whole service, of no account and no person.",
    example: "the output of `openssl rand -hex 32`",
    fallback: null,
    absence: "only this machine reads them",
    isSecret: true,
  },
  log: {
    name: "FACTEUR_LOG",
    group: "process",
    meaning:
      "The least severe lines to write on standard error: `error`, `warn`, `info`, `debug`, or `silent`.",
    example: "debug",
    fallback: "info",
  },
} as const satisfies Record<string, Variable>;

export type VariableKey = keyof typeof variables;

/** What the environment says, unread; a variable that is empty counts as not set. */
export type Env = Readonly<Record<VariableKey, string | null>>;

export type Source = Readonly<Record<string, string | undefined>>;

/** Reads every variable once. */
export function readEnv(source: Source): Env {
  const read = ({ name }: Variable) => source[name]?.trim() || null;
  const entries = Object.entries(variables).map(([key, variable]) => [key, read(variable)]);
  return Object.fromEntries(entries) as Record<VariableKey, string | null>;
}

// For the tests' own switches, and for whoever wraps the service.
const foreignPrefix = "FACTEUR_TEST_";

/** Variables that bear our prefix and mean nothing: most are misspelt, and would silently leave a default in force. */
export function unknownVariables(source: Source): string[] {
  const known = new Set<string>(Object.values(variables).map(({ name }) => name));
  return Object.keys(source)
    .filter((name) => name.startsWith("FACTEUR_") && !name.startsWith(foreignPrefix) && !known.has(name))
    .sort();
}

/** The environment, completed from the file `.env` of a folder; what is really set wins. The file may be absent.
 *  @throws Error when it is there and cannot be read. */
export function withDotEnv(source: Source, folder: string): Source {
  try {
    return { ...parseEnv(readFileSync(path.join(folder, ".env"), "utf8")), ...source };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return source;
    throw error;
  }
}
