import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { readerLinksOf } from "./app-readers.ts";
import { Keyring, openChains } from "./core/keys/index.ts";

const folder = mkdtempSync(path.join(tmpdir(), "facteur-reader-links-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyring = new Keyring(Buffer.alloc(32, 1), openChains(folder, { content: 0, accounts: 0 }));
const reader = { accountId: 1n, messageId: 2n, lookup: Buffer.alloc(16) };

function byMail(host: string, returnPathDomain: string | null): string | null {
  const options = {
    linksUrl: null,
    trackingLimit: "anonymous",
    returnPathDomain,
    inbound: { host },
  } as const;
  return readerLinksOf(keyring, options, () => "https://mail.example.org").unsubscribeByMail(reader);
}

test("an address to unsubscribe by mail is named only where other servers can bring mail for it", () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "mail.example.org"])
    assert.match(
      byMail(host, "bounce.example.org") ?? "",
      /^mailto:u-[^@]+@bounce\.example\.org\?subject=/,
      host,
    );
  for (const host of ["127.0.0.1", "127.0.0.2", "::1", "localhost", "::ffff:127.0.0.1"])
    assert.equal(byMail(host, "bounce.example.org"), null, host);
  assert.equal(byMail("0.0.0.0", null), null);
});
