import { createServer } from "node:net";

/** An address of this machine that no other test process uses: all of 127.0.0.0/8 is the loopback interface's on Linux. */
export function loopback(host: number): string {
  const block = process.pid % 65_000;
  return `127.${100 + ((block >> 8) % 150)}.${block & 0xff}.${host}`;
}

/** Whether a port below 1024 can be listened on: mail servers found by MX are reached on port 25 only, policies of MTA-STS
 *  on 443 only. */
export function mayListenOn(port: number, address = loopback(1)): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
