import assert from "node:assert/strict";
import { test } from "node:test";
import oracle from "email-addresses";
import fc from "fast-check";
import {
  type Address,
  type AddressProblem,
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
} from "./index.ts";

const atomCharacters = [..."abcxyzABCXYZ0189!#$%&'*+-/=?^_`{|}~"];
const atom = fc.string({ unit: fc.constantFrom(...atomCharacters), minLength: 1, maxLength: 12 });
const dotAtom = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join("."));
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const domain = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[a-z]{2,10}$/))
  .map(([labels, last]) => [...labels, last].join("."));

// What addresses are made of, and what breaks their parsers.
const shards = [
  "a",
  "b",
  "@",
  ".",
  "..",
  '"',
  "\\",
  " ",
  "[",
  "]",
  "IPv6:",
  "::1",
  "127.0.0.1",
  "-",
  "_",
  "xn--",
  "é",
  "日",
];
const hostile = [
  "\r\n",
  "\0",
  "\t",
  "\u202e",
  "\u200b",
  "\ud800",
  "(",
  ")",
  "<",
  ">",
  ",",
  ";",
  ":",
  "%",
  "１",
  "。",
  "👩‍🚀",
];
const shatter = fc.string({ unit: fc.constantFrom(...shards, ...hostile), maxLength: 20 });
const pieces = fc.string({ unit: fc.constantFrom(...shards, ...hostile), maxLength: 4 });
const nearly = fc.oneof(
  pieces.map((local) => `a${local}@example.org`),
  pieces.map((local) => `"${local}"@example.org`),
  pieces.map((host) => `a@${host}b.example`),
);
const anyText = fc.oneof(
  shatter,
  nearly,
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ maxLength: 80 }),
);

function parsed(text: string): Address {
  const address = parseAddress(text);
  assert.ok(!isAddressProblem(address), `${JSON.stringify(text)}: ${JSON.stringify(address)}`);
  return address;
}

function problemOf(text: string): AddressProblem["problem"] | undefined {
  const address = parseAddress(text);
  return isAddressProblem(address) ? address.problem : undefined;
}

test("every dot-atom at every domain name is an address, and another parser agrees on its parts", () => {
  fc.assert(
    fc.property(dotAtom, domain, (local, host) => {
      const address = parsed(`${local}@${host.toUpperCase()}`);
      assert.deepEqual(address, {
        local,
        domain: host,
        text: `${local}@${host}`,
        isInternationalised: false,
      });
      const other = oracle.parseOneAddress({ input: address.text, rfc6532: true });
      assert.ok(other?.type === "mailbox");
      assert.deepEqual([other.local, other.domain], [address.local, address.domain]);
    }),
    { numRuns: 500 },
  );
});

test("what is accepted, another parser accepts too, in the form given and in the normal one", () => {
  let accepted = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const address = parseAddress(text);
      if (isAddressProblem(address)) return;
      accepted++;
      for (const input of [text, address.text]) {
        const other = oracle.parseOneAddress({ input, rfc6532: true, strict: true });
        assert.equal(other?.type, "mailbox", input);
      }
    }),
    { numRuns: 5_000 },
  );
  assert.ok(accepted > 200, `only ${accepted} of the texts were addresses`);
});

test("the normal form parses to itself", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const address = parseAddress(text);
      if (!isAddressProblem(address)) assert.deepEqual(parseAddress(address.text), address);
    }),
    { numRuns: 5_000 },
  );
});

test("no accepted address holds a control character, a line break or a lone surrogate", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 8 }), fc.boolean(), (text, quoted) => {
      const address = parseAddress(quoted ? `"a${text}"@example.org` : `a${text}@example.org`);
      if (isAddressProblem(address)) return;
      assert.ok(!/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(address.text));
      assert.ok(Buffer.byteLength(address.text) <= 254);
    }),
    { numRuns: 5_000 },
  );
  for (let code = 0; code < 0xa0; code++) {
    if (code > 0x1f && code < 0x7f) continue;
    const control = String.fromCharCode(code);
    for (const text of [
      `a${control}b@example.org`,
      `"a${control}"@example.org`,
      `"\\${control}"@example.org`,
    ]) {
      assert.equal(problemOf(text), "character", JSON.stringify(text));
    }
    assert.ok(problemOf(`a@exa${control}mple.org`), JSON.stringify(control));
    assert.ok(problemOf(`a@é${control}.org`), JSON.stringify(control));
  }
});

test("quotes are kept only where they are needed", () => {
  assert.equal(parsed('"jo.doe"@example.org').text, "jo.doe@example.org");
  assert.equal(parsed('"a\\b"@example.org').text, "ab@example.org");
  assert.equal(parsed('"a b"@example.org').text, '"a b"@example.org');
  assert.equal(parsed('"a@b"@example.org').local, "a@b");
  assert.equal(parsed('"a\\"\\\\"@example.org').text, '"a\\"\\\\"@example.org');
  assert.equal(parsed('"a\\"\\\\"@example.org').local, 'a"\\');
  assert.equal(parsed('".a"@example.org').text, '".a"@example.org');
  assert.equal(parsed('""@example.org').text, '""@example.org');
});

test("an international domain is written in A-labels and needs no SMTPUTF8", () => {
  assert.deepEqual(parsed("jo@Faß.example"), {
    local: "jo",
    domain: "xn--fa-hia.example",
    text: "jo@xn--fa-hia.example",
    isInternationalised: false,
  });
  assert.equal(parsed("jo@例え。テスト").domain, "xn--r8jz45g.xn--zckzah");
  assert.equal(parsed("jo@XN--FA-HIA.example").domain, "xn--fa-hia.example");
});

test("an international local part stays UTF-8, in NFC, and needs SMTPUTF8", () => {
  const address = parsed("Jose\u0301@example.org");
  assert.equal(address.text, "José@example.org");
  assert.equal(address.isInternationalised, true);
  assert.equal(parsed("用户@例え.example").text, "用户@xn--r8jz45g.example");
  assert.equal(parsed("👩‍🚀@example.org").isInternationalised, true);
});

test("a character that NFC turns into ASCII cannot bring a special character in", () => {
  // U+037E is the Greek question mark; in NFC it is a semicolon.
  assert.equal(parsed("a\u037eb@example.org").text, '"a;b"@example.org');
});

test("address literals are accepted in their canonical form", () => {
  assert.equal(parsed("a@[192.0.2.1]").domain, "[192.0.2.1]");
  assert.equal(parsed("a@[ipv6:2001:DB8:0:0::1]").domain, "[IPv6:2001:db8::1]");
  assert.equal(parsed("a@[IPv6:::ffff:192.0.2.1]").domain, "[IPv6:::ffff:c000:201]");
  const bad = [
    "[192.0.2]",
    "[192.0.2.256]",
    "[192.0.2.01]",
    "[1.2.3.4",
    "[::1]",
    "[IPv6:1::2::3]",
    "[IPv6:fe80::1%25eth0]",
    "[]",
  ];
  for (const literal of [...bad, "[x:y]", "[IPv6:]", "[1.2.3.4].org"]) {
    assert.equal(problemOf(`a@${literal}`), "literal", literal);
  }
});

test("what is wrong is named", () => {
  const problems: [string, AddressProblem["problem"]][] = [
    ["", "empty"],
    ["example.org", "no_at"],
    ["@example.org", "local_empty"],
    ["a@", "domain_empty"],
    ["a@b@example.org", "several_at"],
    ["a b@example.org", "space"],
    ["a\u00a0b@example.org", "space"],
    [" a@example.org", "space"],
    ["a@example.org ", "domain_syntax"],
    ["a,b@example.org", "character"],
    ["a\u200bb@example.org", "character"],
    ["a\u202eb@example.org", "character"],
    ["\ufeffa@example.org", "character"],
    ["\ud800@example.org", "character"],
    [".a@example.org", "dot"],
    ["a.@example.org", "dot"],
    ["a..b@example.org", "dot"],
    ['"a@example.org', "quote"],
    ['"a"b"@example.org', "quote"],
    ['"a\\"@example.org', "quote"],
    ['"@example.org', "quote"],
    ["a@b..c", "domain_syntax"],
    ["a@.example.org", "domain_syntax"],
    ["a@example.org.", "domain_syntax"],
    ["a@-a.example", "domain_syntax"],
    ["a@a-.example", "domain_syntax"],
    ["a@a_b.example", "domain_syntax"],
    ["a@ex%61mple.org", "domain_syntax"],
    ["a@é／x.example", "domain_syntax"],
    ["a@localhost", "domain_without_dot"],
    ["a@é", "domain_without_dot"],
    ["a@192.0.2.1", "domain_numeric"],
    ["a@１９２.0.2.1", "domain_numeric"],
  ];
  for (const [text, problem] of problems) assert.equal(problemOf(text), problem, JSON.stringify(text));
});

test("the message is a reason that can be quoted", () => {
  assert.deepEqual(parseAddress("a"), { problem: "no_at", message: "No @ character in mail" });
});

test("the limits of RFC 5321 hold to the octet", () => {
  assert.equal(problemOf(`${"a".repeat(64)}@example.org`), undefined);
  assert.equal(problemOf(`${"a".repeat(65)}@example.org`), "local_too_long");
  assert.equal(problemOf(`${"é".repeat(32)}@example.org`), undefined);
  assert.equal(problemOf(`${"é".repeat(33)}@example.org`), "local_too_long");
  assert.equal(problemOf(`"${"a ".repeat(31)}"@example.org`), undefined);
  assert.equal(problemOf(`"${"a ".repeat(31)}a"@example.org`), "local_too_long");
  assert.equal(problemOf(`a@${"b".repeat(63)}.org`), undefined);
  assert.equal(problemOf(`a@${"b".repeat(64)}.org`), "label_too_long");
  assert.equal(problemOf(`a@${"é".repeat(60)}.org`), "label_too_long");
  const labels = `${"b".repeat(60)}.`.repeat(4);
  assert.equal(problemOf(`a@${labels}${"c".repeat(8)}`), undefined);
  assert.equal(problemOf(`a@${labels}${"c".repeat(9)}`), "too_long");
  assert.equal(problemOf(`a@${labels}${"c".repeat(30)}`), "too_long");
});

test("a text of a million characters is refused at once", () => {
  for (const unit of ["a", "@", ".", "a.", '"', "\\", '"\\"', "é", "[", "(", "a@", "\ud800"]) {
    assert.equal(problemOf(unit.repeat(1_000_000 / unit.length)), "too_long");
    assert.equal(problemOf(`${unit.repeat(1_000_000 / unit.length)}@example.org`), "too_long");
  }
});

test("one mailbox has one text for look-ups, however it is written", () => {
  const lookup = (text: string) => normaliseForLookup(parsed(text));
  assert.equal(lookup('"Jo.Doe"@EXAMPLE.org'), "jo.doe@example.org");
  assert.equal(lookup("JOSE\u0301@FASS.example"), lookup("josé@fass.example"));
  assert.equal(lookup("a@[IPv6:2001:DB8::1]"), lookup("A@[ipv6:2001:db8:0::1]"));
  assert.notEqual(lookup("jo+news@example.org"), lookup("jo@example.org"));
});

test("the text for look-ups is its own", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const address = parseAddress(text);
      if (isAddressProblem(address)) return;
      const lookup = normaliseForLookup(address);
      const again = parseAddress(lookup);
      // A few capitals grow when they are lowered, so that the text may pass a limit that the address kept.
      if (!isAddressProblem(again)) assert.equal(normaliseForLookup(again), lookup);
    }),
    { numRuns: 5_000 },
  );
});
