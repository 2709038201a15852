import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { TestService } from "../support/service.ts";
import { clone } from "../tidy/source.ts";
import { readCurl } from "./curl.ts";

// What the pages print stands for wherever the service is.
const printedUrl = "http://127.0.0.1:8080";
const run = promisify(execFile);
const service = new TestService();

before(() => service.start());
after(() => service.remove());

function blocks(page: string, language: string): string[] {
  const text = readFileSync(path.join(clone, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(([, kind, block = ""]) =>
    kind === language ? [block] : [],
  );
}

const variables = () => ({ API_KEY: service.first.apiKey, SECRET_KEY: service.first.secretKey });

async function curl(command: string): Promise<{ status: number; text: string }> {
  const { url, user, ...request } = readCurl(command, variables());
  const authorization = `Basic ${Buffer.from(user).toString("base64")}`;
  const answer = await fetch(url.replace(printedUrl, service.url), {
    ...request,
    headers: { ...request.headers, authorization },
  });
  return { status: answer.status, text: await answer.text() };
}

async function outputOf(program: string): Promise<string> {
  // Inside the clone, where the clients are found.
  const file = path.join(clone, `tests/docs/readme-program-${process.pid}.mjs`);
  writeFileSync(file, program);
  try {
    const { stdout } = await run(process.execPath, [file], { env: { ...process.env, ...variables() } });
    return stdout.trim();
  } finally {
    rmSync(file);
  }
}

for (const page of ["README.md", "docs/api.md"])
  test(`every curl line of ${page} is answered well`, async () => {
    const commands = blocks(page, "sh").filter((block) => block.startsWith("curl "));
    assert.ok(commands.length > 0, `${page} has no curl line.`);
    for (const command of commands) {
      const { status, text } = await curl(command);
      assert.ok(status >= 200 && status < 300, `${command}\nanswered ${status}: ${text}`);
    }
  });

test("the node-mailjet program of README.md sends with the unchanged client", async () => {
  const [program = ""] = blocks("README.md", "js");
  assert.equal(await outputOf(program.replace("8080", new URL(service.url).port)), "success");
});

test("the nodemailer program of README.md hands in a mail by SMTP", async () => {
  const [, program = ""] = blocks("README.md", "js");
  assert.match(
    await outputOf(program.replace("2587", String(service.submissionPort))),
    /^250 2\.0\.0 Queued as \d+$/,
  );
});

test("the mails of README.md are in the test inbox", async () => {
  const [, inbox = ""] = blocks("README.md", "sh");
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 200) {
    const { text } = await curl(inbox);
    if (["first", "second", "third"].every((word) => text.includes(`My ${word} mail`))) return;
    await pause(200);
  }
  assert.fail("The mails did not reach the test inbox within ten seconds.");
});

test("the approval of README.md verifies the domain by the operator's word", async () => {
  const text = readFileSync(path.join(clone, "README.md"), "utf8");
  const [, words = ""] = /`npx facteur (domain approve [^`]+)`/.exec(text) ?? [];
  assert.deepEqual((await service.command(...words.split(" "))).state, "verified");
});
