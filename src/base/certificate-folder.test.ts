import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { createAuthority, type ThrowawayCertificate } from "../../tests/support/tls.ts";
import { CertificateFolder } from "./certificate-folder.ts";

const authority = createAuthority();

async function opened(t: TestContext, put: (folder: string) => void, certificatesMax?: number) {
  const folder = await mkdtemp(path.join(tmpdir(), "facteur-certificates-"));
  put(folder);
  const told: { event: string; file?: string }[] = [];
  const note = (event: string, fields: object = {}) => void told.push({ event, ...fields });
  const log = { error: note, warn: note, info: note, debug: note };
  const at = { ms: Date.now() };
  const certificates = await CertificateFolder.open(folder, {
    log,
    clock: { real: () => at.ms },
    everyMs: 3_600_000,
    ...(certificatesMax !== undefined && { certificatesMax }),
  });
  t.after(async () => {
    certificates.close();
    await rm(folder, { recursive: true });
  });
  return { folder, certificates, told, at };
}

function write(folder: string, name: string, { cert, key }: ThrowawayCertificate): void {
  writeFileSync(path.join(folder, `${name}.crt`), cert);
  writeFileSync(path.join(folder, `${name}.key`), key);
}

test("certificates are chosen by the names in them, in both forms of a folder, and by wildcards", async (t) => {
  const { certificates } = await opened(t, (folder) => {
    write(folder, "whatever", authority.issue(["links.one.example", "Other.one.example"]));
    const { cert, key } = authority.issue(["*.two.example"]);
    mkdirSync(path.join(folder, "archive-of-two"));
    writeFileSync(path.join(folder, "archive-of-two", "fullchain.pem"), cert);
    writeFileSync(path.join(folder, "archive-of-two", "privkey.pem"), key);
    symlinkSync("archive-of-two", path.join(folder, "two.example-0001"));
    writeFileSync(path.join(folder, "README"), "This directory contains your keys and certificates.");
  });
  const has = (name: string) => certificates.has(name);
  assert.deepEqual(["LINKS.one.example", "other.one.example.", "a.two.example"].map(has), [true, true, true]);
  assert.deepEqual(["two.example", "a.b.two.example", "one.example", ""].map(has), [
    false,
    false,
    false,
    false,
  ]);
  assert.deepEqual(certificates.state().problems, []);
});

test("a pair that cannot be used is told with its file and what to do, and leaves the others alone", async (t) => {
  const { certificates, told } = await opened(t, (folder) => {
    write(folder, "good", authority.issue(["good.example"]));
    write(folder, "mixed", {
      ...authority.issue(["mixed.example"]),
      key: authority.issue(["x.example"]).key,
    });
    writeFileSync(path.join(folder, "alone.crt"), authority.issue(["alone.example"]).cert);
    write(folder, "nameless", authority.issue([]));
  });
  assert.ok(certificates.has("good.example"));
  const { problems } = certificates.state();
  assert.deepEqual(
    problems.map(({ file }) => file),
    ["alone.key", "mixed.crt", "nameless.crt"],
  );
  assert.match(problems[0]!.wrong, /missing.*Put it there/);
  assert.match(problems[1]!.wrong, /mixed\.key is not its key/);
  assert.equal(told.filter(({ event }) => event === "links.certificate.unusable").length, 3);
});

test("what is renewed, added or taken away is noticed, and what breaks stays in use until it is mended", async (t) => {
  const first = authority.issue(["a.example"]);
  const { folder, certificates, told } = await opened(t, (at) => write(at, "a", first));
  const before = certificates.contextOf("a.example");
  await certificates.look();
  assert.equal(certificates.contextOf("a.example"), before);
  writeFileSync(path.join(folder, "a.crt"), "half a certificate");
  write(folder, "b", authority.issue(["b.example"]));
  await certificates.look();
  await certificates.look();
  assert.equal(certificates.contextOf("a.example"), before);
  assert.ok(certificates.has("b.example"));
  assert.equal(told.filter(({ event }) => event === "links.certificate.unusable").length, 1);
  write(folder, "a", authority.issue(["a.example"]));
  rmSync(path.join(folder, "b.crt"));
  await certificates.look();
  assert.notEqual(certificates.contextOf("a.example"), before);
  assert.ok(!certificates.has("b.example"));
  assert.deepEqual(certificates.state().problems, []);
});

test("an end that is near is told once a day, and not of a certificate that another has replaced", async (t) => {
  const { certificates, told, at } = await opened(t, (folder) => {
    write(folder, "soon", authority.issue(["soon.example"], { validDays: 5 }));
    write(folder, "old", authority.issue(["long.example"], { validDays: 5 }));
    write(folder, "new", authority.issue(["long.example"], { validDays: 80 }));
  });
  const warned = () =>
    told.filter(({ event }) => event === "links.certificate.ends_soon").map(({ file }) => file);
  await certificates.look();
  assert.deepEqual(warned(), ["soon.crt"]);
  at.ms += 25 * 3_600_000;
  await certificates.look();
  assert.deepEqual(warned(), ["soon.crt", "soon.crt"]);
  assert.equal(certificates.state().endingSoon, 2);
});

test("a folder that is not there is an error with its name", async () => {
  const { log } = { log: { error() {}, warn() {}, info() {}, debug() {} } };
  await assert.rejects(
    CertificateFolder.open("/nowhere/at/all", { log, clock: { real: () => 0 } }),
    /\/nowhere\/at\/all.*ENOENT.*Make it/,
  );
});

test("a certificate that is there and cannot be reached is told, and so is what is beyond the limit", async (t) => {
  const put = (folder: string) => {
    mkdirSync(path.join(folder, "one.example"));
    symlinkSync("../archive/one.pem", path.join(folder, "one.example", "fullchain.pem"));
    mkdirSync(path.join(folder, "empty"));
    write(folder, "two", authority.issue(["two.example"]));
    write(folder, "zero", authority.issue(["zero.example"]));
  };
  const { certificates, told } = await opened(t, put, 2);
  await certificates.look();
  const { problems } = certificates.state();
  assert.deepEqual(
    problems.map(({ file }) => file),
    ["one.example/fullchain.pem", "zero.crt"],
  );
  assert.match(problems[1]!.wrong, /1 in all.*beyond the 2/);
  assert.equal(told.filter(({ event }) => event === "links.certificate.unusable").length, 2);
});

test("a wildcard that holds is shown before a certificate of the name that has ended", async (t) => {
  const { certificates, at } = await opened(t, (folder) => {
    write(folder, "own", authority.issue(["a.shop.example"], { validDays: 5 }));
    write(folder, "wild", authority.issue(["*.shop.example"], { validDays: 80 }));
  });
  const own = certificates.contextOf("a.shop.example");
  const wild = certificates.contextOf("b.shop.example");
  assert.notEqual(own, wild);
  at.ms += 6 * 86_400_000;
  assert.equal(certificates.contextOf("a.shop.example"), wild);
  assert.equal(certificates.state().ended, 1);
  at.ms += 80 * 86_400_000;
  assert.equal(certificates.contextOf("a.shop.example"), own);
});
