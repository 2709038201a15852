import { accessSync, constants } from "node:fs";
import path from "node:path";
import { delivery, routes, warmUps } from "./delivery.ts";
import { readEnv, type Source, unknownVariables, type VariableKey, variables } from "./env.ts";
import * as parse from "./parse.ts";
import { findUnsafe, findUnusual } from "./production.ts";
import { Reader } from "./reader.ts";
import { Secret } from "./secret.ts";
import {
  logLevels,
  modes,
  type Operator,
  type Problem,
  type RootKeySource,
  roles,
  type Settings,
} from "./shape.ts";

export type Reading =
  | { kind: "settings"; settings: Settings; warnings: string[] }
  | { kind: "refused"; problems: Problem[] };

/** What reading depends on beside the environment. */
export interface Place {
  /** Against which relative paths count. */
  folder: string;
  isReadable: (file: string) => boolean;
}

const here: Place = { folder: process.cwd(), isReadable };

/** Reads all settings. Every problem is reported, not the first; nothing is thrown, whatever the environment holds. */
export function readSettings(source: Source, place: Place = here): Reading {
  const reader = new Reader(readEnv(source));
  const settings = assemble(reader, place);
  const problems = [...reader.problems, ...findUnsafe(settings)];
  if (problems.length > 0) return { kind: "refused", problems: problems.filter(isFirstOfItsVariable) };
  const unknown = unknownVariables(source).map(
    (name) => `${name} is not a setting of Facteur and has no effect.`,
  );
  return { kind: "settings", settings, warnings: [...unknown, ...findUnusual(settings)] };
}

/** The problems in words, for the person who starts the service. */
export function describeProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
  const lines = problems.map(
    ({ variable, wrong, example }) => `  ${variable} ${wrong}.\n      For example: ${variable}=${example}`,
  );
  return [`Facteur cannot start: ${count} wrong.`, ...lines, "docs/settings.md explains every setting."].join(
    "\n",
  );
}

/** The public URL once the server listens: where FACTEUR_HTTP asked for any free port, the one it got. */
export function publicUrlAt({ http }: Settings, port: number): string {
  return http.port === 0 ? http.publicUrl.replace(/:0$/, `:${port}`) : http.publicUrl;
}

// What stands in for a value after a complaint may be unsafe in its turn; only the first is of use.
function isFirstOfItsVariable(problem: Problem, index: number, all: Problem[]): boolean {
  return all.findIndex(({ variable }) => variable === problem.variable) === index;
}

function assemble(reader: Reader, place: Place): Settings {
  const mode = reader.value("mode", parse.oneOf(modes));
  const dataFolder = path.resolve(place.folder, reader.value("data", parse.line));
  const databaseUrl = reader.optional("databaseUrl", parse.databaseUrl);
  const http = readHttp(reader, place);
  const metricsToken = reader.optional("metricsToken", parse.bearer);
  return {
    mode,
    dataFolder,
    databaseUrl: databaseUrl === null ? null : new Secret(databaseUrl),
    http,
    linkHosts: readLinkHosts(reader, place, http.tls !== null),
    submission: readSubmission(reader, place, http.tls),
    inbound: reader.value("inbound", (text) => parse.hostPort(text, { allowsZero: true })),
    delivery: readDelivery(reader, place, { publicUrl: http.publicUrl, mode }),
    operator: readOperator(reader, mode === "production"),
    rootKey: readRootKey(reader, dataFolder),
    limits: {
      recipientsPerDay: reader.value("dailyQuota", parse.limit),
      requestsPerSecond: reader.value("rate", parse.limit),
    },
    roles: [...new Set(reader.value("roles", parse.list(parse.oneOf(roles))))],
    metricsToken: metricsToken === null ? null : new Secret(metricsToken),
    logLevel: reader.value("log", parse.oneOf(logLevels)),
  };
}

function readHttp(reader: Reader, place: Place): Settings["http"] {
  const listen = reader.value("http", (text) => parse.hostPort(text, { allowsZero: true }));
  const tls = readCertificate(reader, place, { certificate: "tlsCertificate", key: "tlsKey" });
  const given = reader.optional("publicUrl", parse.origin);
  const publicUrl = given?.origin ?? `${tls === null ? "http" : "https"}://${parse.inUrl(reachable(listen))}`;
  const linksUrl = reader.optional("linksUrl", parse.origin)?.origin ?? null;
  const isTlsInFront = reader.value("tlsInFront", parse.yesNo);
  const proxies = reader.optional("proxies", parse.list(parse.network)) ?? [];
  return { ...listen, publicUrl, linksUrl, tls, isTlsInFront, proxies };
}

function readLinkHosts(reader: Reader, place: Place, hasTls: boolean): Settings["linkHosts"] {
  const hostPort = (text: string) => parse.hostPort(text, { allowsZero: true });
  const certificates = readFile(reader, "linkCertificates", place);
  const https = reader.optional("linkHttps", hostPort);
  const http = reader.optional("linkHttp", hostPort);
  const challenges = readFile(reader, "challenges", place);
  if (reader.isSet("linkHttps") && !reader.isSet("linkCertificates"))
    reader.complain("linkCertificates", "is missing: FACTEUR_LINK_HTTPS needs certificates to show");
  if (reader.isSet("linkCertificates") && !reader.isSet("linkHttps") && !hasTls)
    reader.complain(
      "linkHttps",
      "is missing: FACTEUR_LINK_CERTIFICATES needs a place to listen, or TLS at FACTEUR_HTTP",
    );
  if (reader.isSet("linkHttp") && !reader.isSet("challenges"))
    reader.complain("challenges", "is missing: FACTEUR_LINK_HTTP has nothing else to serve");
  return { certificates, https, http, challenges };
}

function readCertificate(
  reader: Reader,
  place: Place,
  { certificate, key }: { certificate: FileVariable; key: FileVariable },
): Settings["http"]["tls"] {
  const certificateFile = readFile(reader, certificate, place);
  const keyFile = readFile(reader, key, place);
  if (reader.isSet(certificate) && !reader.isSet(key))
    reader.complain(key, `is missing: ${variables[certificate].name} needs its key`);
  if (reader.isSet(key) && !reader.isSet(certificate))
    reader.complain(certificate, `is missing: ${variables[key].name} needs its certificate`);
  return certificateFile !== null && keyFile !== null ? { certificateFile, keyFile } : null;
}

function readSubmission(
  reader: Reader,
  place: Place,
  httpTls: Settings["http"]["tls"],
): Settings["submission"] {
  const hostPort = (text: string) => parse.hostPort(text, { allowsZero: true });
  const names = { certificate: "submissionCertificate", key: "submissionKey" } as const;
  return {
    ...reader.value("submission", hostPort),
    implicitTls: reader.optional("submissionTls", hostPort),
    tls: readCertificate(reader, place, names) ?? httpTls,
  };
}

/** Nobody can call 0.0.0.0 or ::, which a listener takes for every address of the machine. */
function reachable(listen: parse.HostPort): parse.HostPort {
  const isEvery = listen.host === "0.0.0.0" || /^[0:]+$/.test(listen.host);
  return isEvery ? { host: "localhost", port: listen.port } : listen;
}

function readDelivery(
  reader: Reader,
  place: Place,
  { publicUrl, mode }: { publicUrl: string; mode: Settings["mode"] },
): Settings["delivery"] {
  const resolver = reader.optional("resolver", parse.resolverAddress);
  const validates = reader.value("resolverValidates", parse.yesNo);
  if (validates && !reader.isSet("resolver"))
    reader.complain("resolver", "is missing: FACTEUR_RESOLVER_VALIDATES=true speaks of a resolver you name");
  const sourceAddresses = reader.optional("sourceAddresses", parse.list(parse.ipAddress)) ?? [];
  const newOnes = reader.optional("warmUps", warmUps) ?? [];
  const stranger = newOnes.find(({ address }) => !sourceAddresses.includes(address));
  if (stranger !== undefined)
    reader.complain("warmUps", `names ${stranger.address}, which is not among FACTEUR_SOURCE_ADDRESSES`);
  return {
    way: reader.value("delivery", delivery),
    routes: reader.optional("routes", routes) ?? [],
    resolver: resolver === null ? null : { ...resolver, validates },
    helo: reader.optional("helo", parse.domain) ?? heloFrom(publicUrl),
    returnPath: reader.optional("returnPath", parse.domain),
    sourceAddresses,
    warmUps: newOnes,
    tlsCaFile: readFile(reader, "tlsCa", place),
    tracking: reader.value("tracking", parse.oneOf(["off", "anonymous", "identified"] as const)),
    countriesFile: readFile(reader, "countries", place),
    machineNetworks: reader.optional("machineNetworks", parse.list(parse.network)) ?? [],
    allowsPrivateWebhooks: reader.optional("webhookPrivate", parse.yesNo) ?? mode === "development",
  };
}

function heloFrom(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  const isFullName = hostname.includes(".") && !("wrong" in parse.domain(hostname));
  return isFullName ? hostname : "localhost";
}

function readOperator(reader: Reader, isRequired: boolean): Operator | null {
  const read = (key: VariableKey, parser: (text: string) => parse.Parsed<string>): string | null => {
    if (isRequired && !reader.isSet(key))
      reader.complain(key, "is missing, and production must say who the operator is");
    return reader.optional(key, parser);
  };
  const name = read("operatorName", parse.line);
  const address = read("operatorAddress", parse.mailAddress);
  const postal = read("operatorPostal", parse.line);
  const country = read("operatorCountry", parse.country);
  const dataCountry = reader.optional("dataCountry", parse.country) ?? country;
  const register = reader.optional("operatorRegister", parse.line);
  const authority = reader.optional("operatorAuthority", parse.line);
  const declarations = reader.optional("operatorDeclarations", parse.line);
  if (name === null || address === null || postal === null || country === null || dataCountry === null)
    return null;
  return { name, address, postal, country, dataCountry, register, authority, declarations };
}

function readRootKey(reader: Reader, dataFolder: string): RootKeySource {
  const bytes = reader.optional("rootKey", parse.keyBytes);
  const command = reader.optional("rootKeyCommand", parse.line);
  if (reader.isSet("rootKey") && reader.isSet("rootKeyCommand"))
    reader.complain("rootKeyCommand", "is set beside FACTEUR_ROOT_KEY, and only one of them can be the key");
  if (bytes !== null) return { kind: "value", bytes: new Secret(bytes) };
  if (command !== null) return { kind: "command", command: new Secret(command) };
  return { kind: "file", file: path.join(dataFolder, "secrets", "root.key") };
}

type FolderVariable = "linkCertificates" | "challenges";
type FileVariable =
  | "countries"
  | "tlsCertificate"
  | "tlsKey"
  | "submissionCertificate"
  | "submissionKey"
  | "tlsCa";

function readFile(reader: Reader, key: FileVariable | FolderVariable, place: Place): string | null {
  return reader.optional(key, (text) => {
    if (/[\r\n\0]/.test(text)) return { wrong: "goes over several lines" };
    const file = path.resolve(place.folder, text);
    return place.isReadable(file)
      ? { value: file }
      : { wrong: `names a ${folders.has(key) ? "folder" : "file"} that cannot be read` };
  });
}

const folders: ReadonlySet<string> = new Set<FolderVariable>(["linkCertificates", "challenges"]);

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
