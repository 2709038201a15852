import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

/** A server of node:net or node:tls that a test has put on a free port. */
export interface RawServer {
  readonly port: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; `await using` closes the server and all its connections, so that a
 *  test that fails does not keep the process alive. */
export async function listen(server: Server): Promise<RawServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
