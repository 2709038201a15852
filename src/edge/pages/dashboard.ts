import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { html, pageOf } from "./page.ts";

/** What a browser asks for. */
export interface DashboardRequest {
  /** Behind `/dashboard/`, decoded; "" for the page itself. */
  path: string;
  acceptEncoding: string | undefined;
  ifNoneMatch: string | undefined;
}

export interface DashboardAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

// A file larger than this is not the dashboard's: it is to be loaded within 200 KB.
const fileBytesMax = 4 * 1024 * 1024;
const filesMax = 500;

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

// Fonts and pictures are compressed already.
const compressible: ReadonlySet<string> = new Set([".css", ".html", ".js", ".json", ".svg", ".webmanifest"]);

// Its own script and style, its own API, pictures within the page, and frames for mail, which have a policy of their own.
// Nothing from anywhere else, nothing inline, and no frame around it.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// Around a message that is looked at. A frame that is given its HTML by the page inherits the policy of the document it
// stands in: here, styles and pictures that are in the message itself, no scripts, nothing from the network, and no way
// to go anywhere. The dashboard's own policy would take its styles away.
const letterFile = "letter.html";
const letterPolicy = [
  "sandbox allow-same-origin",
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

const sharedHeaders = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
};

interface File {
  type: string;
  policy: string;
  bytes: Buffer;
  tag: string;
  /** Its name holds a hash of what is in it: it never changes. */
  isHashed: boolean;
  /** By coding; made when first asked for. */
  encoded: Map<string, Promise<Buffer>>;
}

interface Build {
  stamp: string;
  files: ReadonlyMap<string, File>;
}

/** The files of the dashboard, as `npm run build` of web/ left them. They are read once and again when they were built
 *  anew; what is not among them has no path that leads to it. */
export class Dashboard {
  readonly #folder: string;
  #build: Build | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async answer(request: DashboardRequest): Promise<DashboardAnswer> {
    const build = this.#current();
    if (build === null) return notBuilt();
    const found = build.files.get(request.path);
    if (found !== undefined) return answerWith(found, request);
    // Pages have paths of their own, which the script knows; a piece of an older build is gone and is no page.
    const page = build.files.get("index.html");
    if (page === undefined || request.path.startsWith("assets/")) return gone();
    return answerWith(page, request);
  }

  #current(): Build | null {
    const stamp = stampOf(this.#folder);
    if (stamp === null) return null;
    if (this.#build?.stamp !== stamp) this.#build = { stamp, files: readFiles(this.#folder) };
    return this.#build;
  }
}

// Both, since a build writes its page and its parts one after the other.
function stampOf(folder: string): string | null {
  const timeOf = (name: string) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
  const page = timeOf("index.html");
  return page === undefined ? null : `${page}/${timeOf("assets")}`;
}

function readFiles(folder: string): Map<string, File> {
  const files = new Map<string, File>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const place = path.join(entry.parentPath, entry.name);
    const extension = path.extname(entry.name);
    const type = types[extension];
    if (!entry.isFile() || type === undefined || files.size >= filesMax) continue;
    if (statSync(place).size > fileBytesMax) continue;
    const name = path.relative(folder, place).split(path.sep).join("/");
    const bytes = readFileSync(place);
    const tag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
    const own = name === letterFile ? letterPolicy : policy;
    files.set(name, {
      type,
      policy: own,
      bytes,
      tag,
      isHashed: name.startsWith("assets/"),
      encoded: new Map(),
    });
  }
  return files;
}

async function answerWith(file: File, request: DashboardRequest): Promise<DashboardAnswer> {
  const coding = codingFor(file, request.acceptEncoding);
  const tag = coding === "identity" ? file.tag : `${file.tag.slice(0, -1)}-${coding}"`;
  const headers: Record<string, string> = {
    ...sharedHeaders,
    "content-security-policy": file.policy,
    "content-type": file.type,
    "cache-control": file.isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "Accept-Encoding",
    etag: tag,
  };
  if (request.ifNoneMatch?.split(",").some((known) => known.trim().replace(/^W\//, "") === tag)) {
    return { status: 304, headers, body: "" };
  }
  if (coding === "identity") return { status: 200, headers, body: file.bytes };
  return {
    status: 200,
    headers: { ...headers, "content-encoding": coding },
    body: await encodedOnce(file, coding),
  };
}

const encoders = {
  // Made once a build: the best there is costs a second, and saves a tenth of what every visitor loads.
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};
type Coding = keyof typeof encoders | "identity";

function encodedOnce(file: File, coding: keyof typeof encoders): Promise<Buffer> {
  const known = file.encoded.get(coding);
  if (known !== undefined) return known;
  const made = encoders[coding](file.bytes);
  file.encoded.set(coding, made);
  return made;
}

// RFC 9110 §12.5.3; a coding with q=0 is not wanted.
function codingFor({ type }: File, acceptEncoding = ""): Coding {
  const extension = Object.keys(types).find((each) => types[each] === type) ?? "";
  if (!compressible.has(extension)) return "identity";
  const wanted = new Set(
    acceptEncoding.split(",").flatMap((each) => {
      const [name = "", ...parameters] = each.toLowerCase().split(";");
      const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
      return isRefused ? [] : [name.trim()];
    }),
  );
  return wanted.has("br") ? "br" : wanted.has("gzip") ? "gzip" : "identity";
}

function notBuilt(): DashboardAnswer {
  return pageOf(
    404,
    "The dashboard is not built yet",
    html`<p>The service runs, and its API answers. The pages of the dashboard are made from the folder <strong>web/</strong>, and that has not been done here.</p>
<p>Stop the service and start it with <strong>npm start</strong>: it builds what is missing first.</p>`,
  );
}

function gone(): DashboardAnswer {
  return pageOf(
    404,
    "There is nothing here",
    html`<p>This file belongs to another version of the dashboard. Load the page again.</p>`,
  );
}
