import type { Delivery, Route, WarmUp } from "./delivery.ts";
import type { HostPort } from "./parse.ts";
import type { Secret } from "./secret.ts";

export const modes = ["development", "production"] as const;
export type Mode = (typeof modes)[number];

export const roles = ["http", "smtp", "inbound", "worker", "retention"] as const;
export type Role = (typeof roles)[number];

export const logLevels = ["error", "warn", "info", "debug", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where the root key comes from; secrets.ts fetches it. */
export type RootKeySource =
  | { kind: "file"; file: string }
  | { kind: "value"; bytes: Secret<Buffer> }
  | { kind: "command"; command: Secret<string> };

/** Who runs the service, as the policy names them. */
export interface Operator {
  name: string;
  address: string;
  postal: string;
  country: string;
  /** Where the data is (promise P108). */
  dataCountry: string;
  /** Legal form and number in a register; null where there is none. */
  register: string | null;
  /** The supervisory authority that people can complain to; null leaves it to the law. */
  authority: string | null;
  /** Numbers of declarations to an authority; null where there are none. */
  declarations: string | null;
}

/** What the operator decided, checked and complete. Printable: secrets inside do not show themselves. */
export interface Settings {
  mode: Mode;
  /** Absolute. */
  dataFolder: string;
  /** null means the embedded server. */
  databaseUrl: Secret<string> | null;
  http: {
    host: string;
    /** 0 takes a free one. */
    port: number;
    /** Scheme, host and port, without a slash at the end. Where the port is 0, `publicUrlAt` tells it later. */
    publicUrl: string;
    /** The same for links in mails; null means publicUrl. */
    linksUrl: string | null;
    tls: { certificateFile: string; keyFile: string } | null;
    isTlsInFront: boolean;
    /** Whose X-Forwarded-For is believed: addresses and networks. */
    proxies: string[];
  };
  /** Hosts of customers, where this service speaks TLS for them. Folders are absolute. */
  linkHosts: {
    certificates: string | null;
    /** null where FACTEUR_HTTP serves them beside its own name. */
    https: HostPort | null;
    http: HostPort | null;
    challenges: string | null;
  };
  submission: HostPort & {
    /** Where TLS is spoken from the first octet; null for nowhere. */
    implicitTls: HostPort | null;
    tls: { certificateFile: string; keyFile: string } | null;
  };
  /** Where other servers bring mail. */
  inbound: HostPort;
  delivery: {
    way: Delivery;
    routes: Route[];
    /** null means those of the system. */
    resolver: (HostPort & { validates: boolean }) | null;
    helo: string;
    /** null means the sender's own domain. */
    returnPath: string | null;
    /** Empty: the system chooses. */
    sourceAddresses: string[];
    /** Only addresses of `sourceAddresses`. */
    warmUps: WarmUp[];
    tlsCaFile: string | null;
    /** What may be counted of openings and clicks. */
    tracking: "off" | "anonymous" | "identified";
    /** The list of countries; null for none. */
    countriesFile: string | null;
    /** Where only machines ask from: addresses and networks. */
    machineNetworks: string[];
    /** May webhooks lead into private networks? */
    allowsPrivateWebhooks: boolean;
  };
  /** null only in development. */
  operator: Operator | null;
  rootKey: RootKeySource;
  /** null means no limit. */
  limits: { recipientsPerDay: number | null; requestsPerSecond: number | null };
  roles: Role[];
  /** null: only this machine reads the metrics. */
  metricsToken: Secret<string> | null;
  logLevel: LogLevel;
}

/** Something an operator has to change before the service starts. */
export interface Problem {
  variable: string;
  /** A clause that goes on after the name: “lacks the port”. */
  wrong: string;
  /** A right value. */
  example: string;
}
