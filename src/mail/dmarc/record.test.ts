import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isDmarc, parseDmarcRecord } from "./record.ts";

test("a full record is read", () => {
  const text =
    "v=DMARC1; p=reject; sp=Quarantine; np=none; adkim=s; aspf=r; rua=mailto:a@x.test, mailto:b@x.test!10m; ruf=mailto:c@x.test; t=y; psd=n; pct=50";
  assert.deepEqual(parseDmarcRecord(text), {
    policy: "reject",
    subdomainPolicy: "quarantine",
    absentPolicy: "none",
    dkimAlignment: "strict",
    spfAlignment: "relaxed",
    reportsTo: ["mailto:a@x.test", "mailto:b@x.test!10m"],
    failureReportsTo: ["mailto:c@x.test"],
    isTesting: true,
    publicSuffix: "n",
  });
});

test("a record without a policy, or with a wrong one, counts as none if it asks for reports and not at all otherwise", () => {
  for (const tags of ["", "p=block;", "p=reject; sp=block;", "p=reject; np=block;"]) {
    assert.equal(parseDmarcRecord(`v=DMARC1; ${tags}`)?.policy, undefined, tags);
    assert.equal(parseDmarcRecord(`v=DMARC1; ${tags} rua=a@x.test`)?.policy, undefined, tags);
    assert.equal(parseDmarcRecord(`v=DMARC1; ${tags} rua=mailto:a@x.test`)?.policy, "none", tags);
  }
});

test("a record is one only if it begins with its version", () => {
  for (const text of ["v=DMARC1", "v=DMARC1;p=none", "v = DMARC1 ; p=none"]) assert.ok(isDmarc(text), text);
  for (const text of ["v=DMARC10; p=none", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=spf1 -all", ""]) {
    assert.ok(!isDmarc(text), text);
    assert.equal(parseDmarcRecord(text), undefined);
  }
});

test("a record that is no tag-list is none", () => {
  for (const rest of ["p=none; p=none", "p none", "=x"])
    assert.equal(parseDmarcRecord(`v=DMARC1; ${rest}`), undefined);
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (rest) => {
      const record = parseDmarcRecord(`v=DMARC1;${rest}`);
      assert.ok(record === undefined || ["y", "n", "u"].includes(record.publicSuffix));
    }),
    { numRuns: 2000 },
  );
});
