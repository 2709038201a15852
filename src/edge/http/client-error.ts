import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../../base/log.ts";

interface ParserError extends Error {
  code?: string;
}

const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is not HTTP, or too slow, or has too many headers, and ends the connection: after such bytes
 *  nobody knows where the next request begins. */
export function answerClientError(log: Log): (error: ParserError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === "ECONNRESET" || socket.destroyed) return;
    const status = statuses[error.code ?? ""] ?? 400;
    const requestId = randomUUID();
    log.info("http.malformed", { requestId, status, code: error.code ?? "" });
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const body = `{"StatusCode":${status},"ErrorMessage":"${STATUS_CODES[status]}"}`;
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/json; charset=UTF-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-MJ-Request-Guid: ${requestId}`,
      "Connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  };
}
