import fc from "fast-check";

// Texts that have broken programs before: control characters, halves of characters, other directions and scripts, the
// syntax of everything a text passes through on its way into a mail.
const texts = [
  "",
  " ",
  "\0",
  "\u0001\u001f\u007f",
  "a\r\nBcc: victim@example.net",
  "a\nX-Injected: yes",
  "a\r\n\r\nA body of its own",
  "\u2028\u2029\u0085\u000b",
  "\ud800",
  "\udc00\ud800",
  "\ufeff\ufffe",
  "e\u0301\u0327".repeat(40),
  "\u202eoediv\u202c",
  "👨‍👩‍👧‍👦".repeat(30),
  "田中さんにあげて下さい",
  "אבג دهز",
  "ﷺ".repeat(100),
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e999",
  "0x10",
  "9223372036854775807",
  "9223372036854775808",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "'; drop table message; --",
  "\\",
  '"',
  "%00%0d%0a",
  "%s%n%x",
  "../../../../etc/passwd",
  "<script>alert(1)</script>",
  "{{var:x}}",
  "{{",
  "{% for x in var:x %}",
  "[[var:__proto__]]",
  "[[data:x",
  "=?utf-8?q?=0d=0aBcc:_x@example.net?=",
  "a@b",
  "@",
  "<>",
  "a@[127.0.0.1]",
  "a@[IPv6:::1]",
  '"quoted local part"@example.net',
  "ü@münchen.example",
  "用户@例子.example",
  "a@xn--a.example",
  `${"a".repeat(65)}@example.net`,
  `a@${"b.".repeat(130)}example`,
  "a@example.net, b@example.net",
  "A <a@example.net>",
  "$(id)",
  ".\r\n.\r\n",
  ",".repeat(2000),
  "(".repeat(2000),
  "x".repeat(70_000),
];

const others: unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  [],
  {},
  [null],
  [[[[]]]],
  [{}],
  [{ Email: {} }],
  [{ Email: null, Name: null }],
  { Email: [] },
  { a: { b: { c: { d: [1, { e: null }] } } } },
  { ["__proto__"]: { polluted: true }, constructor: { prototype: { polluted: true } } },
  Array.from({ length: 60 }, () => ({ Email: "a@example.net" })),
  Array.from({ length: 2000 }, (_, n) => n),
  Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, n])),
];

/** Any value a program may send by mistake or on purpose. */
export const naughty = fc.oneof(
  { arbitrary: fc.constantFrom<unknown>(...texts), weight: 6 },
  { arbitrary: fc.constantFrom(...others), weight: 3 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 60 }), weight: 2 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
);

/** The same, but only texts: for paths and parameters. */
export const naughtyText = fc.oneof(
  fc.constantFrom(...texts.filter((text) => text.length < 5000)),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** A value with some of its parts, at any depth, replaced by naughty ones. */
export function spoiled(right: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(right);
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), naughty), { minLength: 1, maxLength: 3 })
    .map((changes) => {
      const copy = structuredClone(right) as Record<string, unknown>;
      for (const [path, value] of changes) replace(copy, path, value);
      return copy;
    });
}

/** Copies of a value, in each of which another part is replaced by the same text. */
export function withEachReplaced(right: object, text: string): unknown[] {
  return pathsOf(right).map((path) => {
    const copy = structuredClone(right) as Record<string, unknown>;
    replace(copy, path, text);
    return copy;
  });
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  const own = path.length === 0 ? [] : [path];
  if (typeof value !== "object" || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replace(target: Record<string, unknown>, path: string[], value: unknown): void {
  const last = path.at(-1) ?? "";
  let place: unknown = target;
  for (const key of path.slice(0, -1)) place = (place as Record<string, unknown> | null)?.[key];
  // An earlier change may have taken away what this one was to be in.
  if (typeof place === "object" && place !== null) (place as Record<string, unknown>)[last] = value;
}
