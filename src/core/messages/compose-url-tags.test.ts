import assert from "node:assert/strict";
import { test } from "node:test";
import PostalMime from "postal-mime";
import { idAt } from "../../base/ids.ts";
import { compose, prepareContent } from "./compose.ts";
import type { SubmissionContent } from "./submission.ts";
import { nobodyAsked, testLinks } from "./testing/links.ts";

const content: SubmissionContent = {
  from: { address: "shop@s.test", name: "" },
  sender: null,
  replyTo: null,
  subject: "Hello",
  text: null,
  html: null,
  template: null,
  usesTemplateLanguage: false,
  templateErrorReporting: null,
  deliversDespiteTemplateError: false,
  attachments: [],
  inlined: [],
  headers: [],
  trackOpens: "account_default",
  trackClicks: "account_default",
  urlTags: "utm_source=mail&b=c",
  priority: 2,
  customCampaign: "",
  deduplicatesCampaign: false,
  monitoringCategory: "",
  contactsListId: null,
};

function composed(change: Partial<SubmissionContent>, variables: Record<string, unknown> = {}): Buffer {
  const party = { address: "ada@r.test", name: "Ada" };
  const part = { to: [party], cc: [], variables };
  const prepared = prepareContent({ ...content, ...change }, part);
  assert.ok("part" in prepared);
  const result = compose({
    links: testLinks,
    tracking: nobodyAsked,
    prepared,
    part,
    accountId: 1n,
    messageId: idAt(new Date("2026-11-23T12:00:00Z")),
    uuid: "11111111-1111-4111-8111-111111111111",
    lookup: Buffer.alloc(16, 1),
    campaignId: null,
    identity: { ...party, role: "to", subject: "", customId: "", eventPayload: "" },
  });
  assert.equal(result.kind, "composed");
  return result.kind === "composed" ? result.message.octets : Buffer.alloc(0);
}

async function bodies(octets: Buffer): Promise<{ text: string; html: string }> {
  const { text = "", html = "" } = await PostalMime.parse(octets);
  return { text: text.trim(), html: html.trim() };
}

test("a message that is the same for everybody has its tags in both bodies", async () => {
  const octets = composed({
    text: "https://s.test/a [[no placeholder",
    html: '<a href="https://s.test/a">a</a>',
  });
  assert.deepEqual(await bodies(octets), {
    text: "https://s.test/a?utm_source=mail&b=c [[no placeholder",
    html: '<a href="https://s.test/a?utm_source=mail&amp;b=c">a</a>',
  });
});

test("links that a variable is, or holds, have their tags too", async () => {
  const change = {
    text: "{{var:link}}",
    html: '<a href="{{var:link}}">a</a>{{var:more}}<a href="https://s.test/{{var:path}}#b">b</a>',
    usesTemplateLanguage: true,
  };
  const variables = { link: "https://s.test/?x=1", more: "<a href='https://s.test/m'>m</a>", path: "p" };
  assert.deepEqual(await bodies(composed(change, variables)), {
    text: "https://s.test/?x=1&utm_source=mail&b=c",
    html:
      '<a href="https://s.test/?x=1&amp;utm_source=mail&amp;b=c">a</a>' +
      "<a href='https://s.test/m?utm_source=mail&amp;b=c'>m</a>" +
      '<a href="https://s.test/p?utm_source=mail&amp;b=c#b">b</a>',
  });
});

test("a template that is delivered despite its fault has tags where its links are known", async () => {
  const change = {
    html: '<a href="https://s.test/">a</a><a href="https://s.test/{{var:path}}">b</a>{{var:',
    usesTemplateLanguage: true,
    deliversDespiteTemplateError: true,
  };
  assert.equal(
    (await bodies(composed(change))).html,
    '<a href="https://s.test/?utm_source=mail&amp;b=c">a</a><a href="https://s.test/{{var:path}}">b</a>{{var:',
  );
});

test("tags are never read as a template", async () => {
  const urlTags = "a={{var:link}}&b=[[var:link]]";
  const html = '<a href="https://s.test/">a</a>';
  for (const usesTemplateLanguage of [true, false]) {
    const octets = composed({ html, urlTags, usesTemplateLanguage }, { link: "wrong" });
    assert.equal(
      (await bodies(octets)).html,
      '<a href="https://s.test/?a={{var:link}}&amp;b=[[var:link]]">a</a>',
    );
  }
});

test("every attempt has the same octets", () => {
  const change = { html: '<a href="https://s.test/">{{var:a}}</a>', usesTemplateLanguage: true };
  assert.deepEqual(composed(change, { a: "1" }), composed(change, { a: "1" }));
});
