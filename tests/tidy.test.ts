import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { declaredHoldings } from "../scripts/documents/holdings.ts";
import { documents } from "../scripts/documents/list.ts";
import { isTest } from "../scripts/source-files.ts";
import { FiguresInForce } from "../src/base/figures.ts";
import { readRegister } from "../src/core/policy/index.ts";
import { anyTypes, consoleCalls, exceptions, globalSockets, readsOfTime, realTime } from "./tidy/calls.ts";
import { otherSpans, writtenFigures } from "./tidy/figures.ts";
import { columnsOf, undeclared } from "./tidy/holdings.ts";
import { dangling, unreachable } from "./tidy/links.ts";
import { badNames } from "./tidy/names.ts";
import { exportedList, outsideRequests, refusalCodesIn, untested } from "./tidy/refusals.ts";
import { tooLong } from "./tidy/size.ts";
import { clone, everything, production, type Source, trackedFiles } from "./tidy/source.ts";
import { machineTraces, unfinishedMarks } from "./tidy/text.ts";

const none = (complaints: readonly string[]) => assert.deepEqual(complaints, []);
const inAll = (sources: readonly Source[], check: (source: Source) => string[]) =>
  none(sources.flatMap(check));
const read = (file: string) => readFileSync(path.join(clone, file), "utf8");

test("files have at most 400 lines and functions 70", () => inAll(everything, tooLong));

test("names say what a thing is", () => inAll(production, badNames));

test("the time and chance are parameters in core/ and mail/", () => inAll(production, realTime));

test("every exception from that rule is needed", () => {
  const isNeeded = (place: string) =>
    production.some((source) => source.file.startsWith(place) && readsOfTime(source).length > 0);
  none(Object.keys(exceptions).filter((place) => !isNeeded(place)));
});

test("only commands write to the console", () => inAll(production, consoleCalls));

test("no socket is opened behind the back of the borders", () => inAll(production, globalSockets));

test("nothing has the type any", () => inAll(everything, anyTypes));

test("nothing is left unfinished", () => {
  none(everything.flatMap(({ file, text }) => unfinishedMarks(file, text)));
});

test("no file names a machine or a registry", () => {
  const texts = trackedFiles().filter((file) => existsSync(path.join(clone, file)) && !isBinary(file));
  none(texts.flatMap((file) => machineTraces(file, read(file))));
});

const isBinary = (file: string) => /\.(png|jpe?g|gif|ico|woff2?|pdf|gz|eml|bin)$/.test(file);

const spans = production.flatMap(writtenFigures);

test("no span of time is written into the source beside promises/parameters.json", () => {
  const isOther = (name: string | null) => name !== null && otherSpans[name] !== undefined;
  none(spans.filter(({ name }) => !isOther(name)).map(({ place }) => place));
});

test("every span that is none of the policy's is there", () => {
  none(Object.keys(otherSpans).filter((name) => !spans.some((span) => span.name === name)));
});

test("every figure of the policy stands in a promise or is read by the code that keeps it", () => {
  const promises = readRegister().flatMap(({ parameters }) => parameters);
  const names = production.flatMap(({ text }) => text.match(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g) ?? []);
  const known = new Set([...promises, ...names]);
  none(Object.keys(FiguresInForce.ofRelease).filter((name) => !known.has(name)));
});

test("every column of the schema is declared in exactly one privacy.ts", async () => {
  const columns = columnsOf(read("db/schema.sql"));
  assert.ok(columns.length > 0, "db/schema.sql shows no table.");
  none(undeclared(columns, await declaredHoldings(clone)));
});

for (const { file, make } of documents)
  test(`${file} is what the source makes of it (npm run docs)`, async () => {
    assert.equal(existsSync(path.join(clone, file)) ? read(file) : "", await make(clone));
  });

test("every page of docs/ is reached from README.md or ARCHITECTURE.md, and no link is dead", () => {
  const files = trackedFiles().filter((file) => existsSync(path.join(clone, file)));
  const roots = ["README.md", "ARCHITECTURE.md"].filter((file) => files.includes(file));
  const pages = new Map(files.filter((file) => isPage(file)).map((file) => [file, read(file)]));
  none(unreachable(roots, pages).filter((file) => file.startsWith("docs/")));
  none(dangling(pages, (file) => existsSync(path.join(clone, file))));
});

const isPage = (file: string) => /^(docs\/.*|[^/]+\.md)$/.test(file) && !isBinary(file);

test("every refusal has a test that mentions its code", () => {
  const thrown = refusalCodesIn(production);
  const listed = exportedList(production, "refusalCodes");
  const tests = everything
    .filter(({ file }) => isTest(file) && !file.startsWith("tests/tidy/"))
    .map(({ text }) => text);
  const codes = new Set([...thrown.keys(), ...listed]);
  none(untested(codes, tests).map((code) => `${code} (${thrown.get(code) ?? "listed"})`));
});

test("every refusal of acceptance stands in the list that SMTP translates, too", () => {
  const isOfAcceptance = /^src\/core\/messages\/(accept|accept-group|rules|resolve-template)\.ts$/;
  const thrown = refusalCodesIn(production.filter(({ file }) => isOfAcceptance.test(file)));
  assert.deepEqual([...thrown.keys()].sort(), exportedList(production, "acceptRefusalCodes").sort());
});

test("every refusal that a request can meet stands in the list the edges translate", () => {
  const listed = exportedList(production, "refusalCodes");
  if (listed.length === 0) return;
  const reachable = production.filter(({ file }) => /^src\/(core|edge\/http)\//.test(file));
  const free = new Set([...listed, ...Object.keys(outsideRequests)]);
  none(
    [...refusalCodesIn(reachable)]
      .filter(([code]) => !free.has(code))
      .map(([code, file]) => `${code} (${file})`),
  );
});
