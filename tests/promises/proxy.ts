import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Cleanup } from "../support/database.ts";

/** An answer on its way to a probe. */
export interface PassingAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Stands between a probe and the service, and answers what a violation makes of its answers.
 *  @param change does nothing unless told */
export async function serveThrough(
  t: Cleanup,
  target: string,
  change: (path: string, answer: PassingAnswer) => PassingAnswer = (_, same) => same,
): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const { url = "/", method = "GET", headers: asked } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await passOn(`${target}${url}`, method, asked, Buffer.concat(chunks));
    const passed = change(url, answer);
    response.writeHead(passed.status, passed.headers).end(method === "HEAD" ? "" : passed.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function passOn(
  url: string,
  method: string,
  { host: _host, ...headers }: http.IncomingHttpHeaders,
  body: Buffer,
): Promise<PassingAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PassingAnswer>();
  const request = http.request(url, { method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => {
      // What passes may be of another length.
      const kept = Object.entries(response.headers).filter(
        ([name]) => !["content-length", "transfer-encoding", "connection"].includes(name),
      );
      const passed = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
      resolve({ status: response.statusCode ?? 0, headers: passed, body: Buffer.concat(chunks).toString() });
    });
  });
  request.on("error", reject);
  request.end(body);
  return promise;
}
