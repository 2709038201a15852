import http from "node:http";
import https from "node:https";
import tls from "node:tls";

// The service asks itself: an answer that takes longer is none.
const answerMsMax = 10_000;
// A page is a few hundred kilobytes; nobody else answers here.
const bodyBytesMax = 8 * 1024 * 1024;

/** An answer of the service, as it came over the wire. */
export interface WireAnswer {
  path: string;
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Asks the service for a page, without cookies unless they are given, and without following redirects. A form goes with POST. */
export function ask(
  url: string,
  path: string,
  {
    method = "GET",
    form = "",
    headers: given = {},
  }: { method?: "GET" | "HEAD" | "POST" | "DELETE"; form?: string; headers?: Record<string, string> } = {},
): Promise<WireAnswer> {
  const target = new URL(path, url);
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
  // The certificate is looked at by its users; here it is for another name than that of this connection.
  const type = method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const headers = { ...type, ...given };
  const options = { method, headers, timeout: answerMsMax, rejectUnauthorized: false, agent: false as const };
  const request = (target.protocol === "https:" ? https : http).request(target, options, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyBytesMax) request.destroy(new Error("The answer is too long."));
      chunks.push(chunk);
    });
    response.on("end", () => {
      const { statusCode: status = 0, headers: answered } = response;
      resolve({ path, status, headers: answered, body: Buffer.concat(chunks).toString() });
    });
    response.on("error", reject);
  });
  request.on("timeout", () => request.destroy(new Error("No answer in time.")));
  request.on("error", reject);
  request.end(form);
  return promise;
}

/** Does the service shake hands with a client that knows nothing newer than TLS 1.1? */
export function acceptsOldTls(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = tls.connect({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || 443),
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    // Newer libraries refuse old versions by themselves unless told; then it would not be the service that refuses.
    ciphers: "DEFAULT@SECLEVEL=0",
    rejectUnauthorized: false,
    timeout: answerMsMax,
  });
  const end = (isAccepted: boolean) => {
    socket.destroy();
    resolve(isAccepted);
  };
  socket.once("secureConnect", () => end(true));
  socket.once("error", () => end(false));
  socket.once("timeout", () => end(false));
  return promise;
}
