import type http from "node:http";
import type { Socket } from "node:net";

/** The open connections of a server, so that a stop does not wait for those that say nothing. */
export interface Connections {
  /** Ends connections without a request under way. Node itself ends only those that have had one before. */
  endIdle(): void;
  /** Ends all. */
  endAll(): void;
}

/** Follows the connections of a server from now on. */
export function followConnections(server: http.Server): Connections {
  const accepted = new Set<Socket>();
  const open = new Set<Socket>();
  const busy = new Set<Socket>();
  const add = (sockets: Set<Socket>) => (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const begin = ({ socket }: http.IncomingMessage, response: http.ServerResponse) => {
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
  };
  server.on("connection", add(accepted));
  // With TLS a connection is open, and known to its requests by another object, when its handshake has ended.
  server.on("setSecureContext" in server ? "secureConnection" : "connection", add(open));
  server.on("request", begin);
  server.on("checkContinue", begin);
  return {
    endIdle: () => {
      for (const socket of open) if (!busy.has(socket)) socket.destroy();
    },
    endAll: () => {
      for (const socket of accepted) socket.destroy();
    },
  };
}
