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
  const server = http.createServer(async ({ url = "/", method = "GET" }, response) => {
    const answer = await fetch(`${target}${url}`, { method, redirect: "manual" });
    const headers = Object.fromEntries(answer.headers);
    // What passes is of another length, and not packed.
    for (const name of ["content-length", "content-encoding", "transfer-encoding", "connection"])
      delete headers[name];
    const passed = change(url, { status: answer.status, headers, body: await answer.text() });
    response.writeHead(passed.status, passed.headers).end(method === "HEAD" ? "" : passed.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
