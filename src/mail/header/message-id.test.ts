import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMessageId } from "./message-id.ts";

test("an id has its unique part, the domain in lower case, and angle brackets", () => {
  assert.equal(formatMessageId("19.7f_a", "Mail.Example.org"), "<19.7f_a@mail.example.org>");
});

test("parts that would need quotes or end the id early are refused", () => {
  for (const unique of ["", "a b", "a@b", "a>", "a..b", "a.", "a\r\nb", "é", "a".repeat(250)]) {
    assert.throws(() => formatMessageId(unique, "example.org"), RangeError, unique);
  }
  for (const domain of ["", "a b", "-a.org", "a..org", "é.org", "a.org>", "a.org\n"]) {
    assert.throws(() => formatMessageId("1", domain), RangeError, domain);
  }
});
