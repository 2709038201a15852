import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import type { TemplateChange, TemplateFilter } from "../mailjet/resources/template-services.ts";
import type { Principal } from "../principal.ts";
import { templateServices } from "./templates.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock } = world;
const services = templateServices(context);
const page = { offset: 0, limit: 100, isNewestFirst: false, wantsRows: true, wantsTotal: true };

async function create(principal: Principal, name: string, more: TemplateChange = {}) {
  const outcome = await services.createTemplate(principal, { ...more, name });
  return outcome.kind === "created" ? outcome.template : assert.fail(outcome.kind);
}

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

test("a template is made with defaults and read back by number and by name", async () => {
  const principal = await world.principal();
  const made = await create(principal, "Welcome", { author: "Ann", purposes: ["transactional"] });
  assert.deepEqual(made, {
    id: made.id,
    name: "Welcome",
    ownerType: "apikey",
    ownerId: principal.accountId,
    author: "Ann",
    copyright: "",
    description: "",
    editMode: 1,
    isStarred: false,
    generatesText: true,
    locale: "en_US",
    presets: "",
    categories: [],
    purposes: ["transactional"],
    createdAt: clock.now(),
    changedAt: clock.now(),
  });
  assert.deepEqual(await services.readTemplate(principal, { kind: "id", id: made.id }), made);
  const byName = { kind: "name", ownerType: "apikey", name: "Welcome" } as const;
  assert.deepEqual(await services.readTemplate(principal, byName), made);
  assert.equal(await services.readTemplate(principal, { ...byName, ownerType: "user" }), null);
});

test("one owner has a name once", async () => {
  const principal = await world.principal();
  await create(principal, "A");
  const b = await create(principal, "B");
  await create(principal, "A", { ownerType: "user" });
  assert.deepEqual(await services.createTemplate(principal, { name: "A" }), { kind: "exists" });
  const key = { kind: "id", id: b.id } as const;
  assert.deepEqual(await services.updateTemplate(principal, key, { name: "A" }), { kind: "exists" });
  const both = await Promise.all([
    services.updateTemplate(principal, key, { name: "C" }),
    services.createTemplate(principal, { name: "C" }),
  ]);
  assert.deepEqual(both.map(({ kind }) => kind).filter((kind) => kind === "exists").length, 1);
});

test("a change is told from none", async () => {
  const principal = await world.principal();
  const made = await create(principal, "Offer", { categories: ["full"] });
  const key = { kind: "id", id: made.id } as const;
  clock.advance(1000);
  const change = { categories: ["basic", "full"], isStarred: true, description: "New" };
  const changed = await services.updateTemplate(principal, key, change);
  assert.deepEqual(changed, { kind: "changed", value: { ...made, ...change, changedAt: clock.now() } });
  assert.deepEqual(await services.updateTemplate(principal, key, change), { kind: "unchanged" });
  assert.deepEqual(await services.updateTemplate(principal, { kind: "id", id: 1n }, change), {
    kind: "unknown",
  });
});

test("parts of a content that are not sent stay as they are", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "Parts");
  const key = { kind: "id", id } as const;
  assert.deepEqual(await services.readTemplateContent(principal, key), {
    html: null,
    text: null,
    mjml: null,
    headers: {},
  });
  const headers = { Subject: "Hello", From: "Ann <ann@shop.example>" };
  await services.writeTemplateContent(principal, key, { html: "<p>Hi</p>", headers });
  const written = await services.writeTemplateContent(principal, key, {
    text: "Hi",
    mjml: { tagName: "mjml" },
  });
  assert.deepEqual(written, { html: "<p>Hi</p>", text: "Hi", mjml: { tagName: "mjml" }, headers });
  assert.deepEqual(await services.readTemplateContent(principal, key), written);
  assert.equal((await services.readTemplate(principal, key))?.name, "Parts");
  assert.equal(await services.writeTemplateContent(principal, { kind: "id", id: 1n }, { text: "Hi" }), null);
  assert.equal(await services.readTemplateContent(principal, { kind: "id", id: 1n }), null);
});

test("two writes at once lose nothing", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "Both");
  const key = { kind: "id", id } as const;
  await Promise.all([
    services.writeTemplateContent(principal, key, { html: "<p>Hi</p>" }),
    services.writeTemplateContent(principal, key, { text: "Hi" }),
    services.updateTemplate(principal, key, { author: "Ann" }),
  ]);
  const content = await services.readTemplateContent(principal, key);
  assert.deepEqual([content?.html, content?.text], ["<p>Hi</p>", "Hi"]);
  assert.equal((await services.readTemplate(principal, key))?.author, "Ann");
});

test("templates are found by name, owner, kind, categories and purposes, a page at a time", async () => {
  const principal = await world.principal();
  await create(principal, "One", { categories: ["full", "basic"], editMode: 2 });
  await create(principal, "Two", { categories: ["full"], purposes: ["marketing"] });
  await create(principal, "Three", { ownerType: "user", purposes: ["marketing", "automation"] });
  const found = async (filter: TemplateFilter, more: Partial<typeof page> = {}) => {
    const { rows, total } = await services.listTemplates(principal, filter, { ...page, ...more });
    return [...rows.map(({ name }) => name), total];
  };
  const words = (values: string[], method: "containsany" | "containsall" | "issubset") => ({
    values,
    method,
  });
  assert.deepEqual(await found({}), ["One", "Two", "Three", 3]);
  assert.deepEqual(await found({}, { isNewestFirst: true, limit: 1, offset: 1 }), ["Two", 3]);
  assert.deepEqual(await found({}, { wantsRows: false, wantsTotal: false }), [3]);
  assert.deepEqual(await found({ name: "Two" }), ["Two", 1]);
  assert.deepEqual(await found({ ownerType: "user" }), ["Three", 1]);
  assert.deepEqual(await found({ editMode: 2 }), ["One", 1]);
  assert.deepEqual(await found({ categories: words(["basic", "events"], "containsany") }), ["One", 1]);
  assert.deepEqual(await found({ categories: words(["full", "basic"], "containsall") }), ["One", 1]);
  assert.deepEqual(await found({ categories: words(["full"], "issubset") }), ["Two", "Three", 2]);
  assert.deepEqual(await found({ purposes: words(["automation"], "containsany") }), ["Three", 1]);
});

test("what a template cannot be is refused", async () => {
  const main = await world.principal();
  const child = await world.principal("Child", main.accountId);
  await assert.rejects(services.createTemplate(main, { name: " " }), refused("invalid"));
  await assert.rejects(services.createTemplate(main, { name: "x".repeat(256) }), refused("invalid"));
  await assert.rejects(services.createTemplate(main, { name: "A", editMode: 5 }), refused("invalid"));
  await assert.rejects(
    services.createTemplate(main, { name: "A", locale: "x".repeat(36) }),
    refused("invalid"),
  );
  await assert.rejects(
    services.createTemplate(main, { name: "A", ownerType: "global" }),
    refused("forbidden"),
  );
  await assert.rejects(
    services.createTemplate(child, { name: "A", ownerType: "user" }),
    refused("forbidden"),
  );
  await create(main, "😀".repeat(127));
});

test("a deleted template is gone", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "Gone");
  const key = { kind: "id", id } as const;
  assert.equal(await services.removeTemplate(principal, key), true);
  assert.equal(await services.removeTemplate(principal, key), false);
  assert.equal(await services.readTemplate(principal, key), null);
});

test("another account neither sees nor touches a template", async () => {
  const principal = await world.principal("One");
  const other = await world.principal("Two");
  const { id } = await create(principal, "Mine");
  const key = { kind: "id", id } as const;
  await services.writeTemplateContent(principal, key, { text: "Mine" });
  assert.deepEqual(await services.listTemplates(other, {}, page), { rows: [], total: 0 });
  assert.equal(await services.readTemplate(other, key), null);
  assert.equal(await services.readTemplateContent(other, key), null);
  assert.equal(await services.writeTemplateContent(other, key, { text: "Theirs" }), null);
  assert.deepEqual(await services.updateTemplate(other, key, { name: "Theirs" }), { kind: "unknown" });
  assert.equal(await services.removeTemplate(other, key), false);
  assert.equal((await services.readTemplateContent(principal, key))?.text, "Mine");
  assert.equal((await create(other, "Mine")).ownerId, other.accountId);
});

test("changes are in the audit, and no table shows what a template says", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "Letter", {
    author: "Confidential Person",
    description: "Confidential",
  });
  const key = { kind: "id", id } as const;
  await services.writeTemplateContent(principal, key, { html: "<p>Confidential offer</p>" });
  await services.updateTemplate(principal, key, { copyright: "Confidential Ltd" });
  await services.removeTemplate(principal, key);
  await create(principal, "Letter", { author: "Confidential Person" });
  const actions = (await world.audit(principal.accountId)).slice(0, 4).map(({ action }) => action);
  assert.deepEqual(actions, [
    "template.created",
    "template.content_changed",
    "template.changed",
    "template.deleted",
  ]);
  assert.doesNotMatch(await world.dump(["template", "audit"]), /confidential/i);
});
