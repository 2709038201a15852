import type { OpenOptions, Shipment, SmtpConnection } from "../../src/mail/smtp/index.ts";
import { openConnection } from "../../src/mail/smtp/index.ts";

/** How to reach a server of the tests from ours. */
export function optionsFor(
  server: { readonly port: number },
  options: Partial<OpenOptions> = {},
): OpenOptions {
  const usual = { host: "mx.example.test", address: "127.0.0.1", heloName: "client.example.test" } as const;
  return { ...usual, port: server.port, tls: { mode: "off" }, ...options };
}

/** Opens a connection to a server of the tests, or fails the test. */
export async function openTo(
  server: { readonly port: number },
  options: Partial<OpenOptions> = {},
): Promise<SmtpConnection> {
  const result = await openConnection(optionsFor(server, options));
  if (result.kind === "open") return result.connection;
  throw new Error(`Could not open a connection: ${JSON.stringify(result)}`);
}

/** A small message for one recipient. */
export function shipment(changes: Partial<Shipment> = {}): Shipment {
  return {
    envelope: { from: "sender@example.test", to: "ada@example.net" },
    message: [Buffer.from("Subject: hello\r\n\r\nHello, Ada.\r\n")],
    beforeFinalDot: () => undefined,
    ...changes,
  };
}
