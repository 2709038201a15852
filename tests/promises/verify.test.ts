import assert from "node:assert/strict";
import { test } from "node:test";
import { readRegister } from "../../src/core/policy/index.ts";
import { readCommand } from "../../src/edge/cli/run.ts";
import { testService } from "../support/service.ts";

const register = readRegister();
const lines = [...new Set(register.flatMap(({ verify }) => verify))];
const commandOf = (line: string) => line.replace(/^npx facteur /, "").split(" ");

test("every promise that has a probe says how to verify it oneself", () => {
  for (const { id, probes, verify } of register) assert.equal(verify.length > 0, probes.length > 0, id);
});

test("every line is a command of facteur or a request to the service", () => {
  for (const line of lines) {
    if (line.startsWith("curl ")) {
      assert.match(line, /^curl -[\w./ -]+ '?\{url\}\/[\w./?=&-]*'?$/, line);
      continue;
    }
    assert.match(line, /^npx facteur [\w .,=-]+$/, line);
    const words = commandOf(line);
    // The one command that is no one-shot: main.ts reads it itself.
    if (words[0] === "simulate") assert.match(line, / simulate --days \d+$/);
    else assert.equal(readCommand(words).kind, "command", line);
  }
});

test("every request is answered to a stranger, with something to look at", async (t) => {
  const service = await testService(t, { roles: "http" });
  for (const line of lines.filter((each) => each.startsWith("curl "))) {
    const url = /\{url\}([^\s']+)/.exec(line)?.[1] ?? "";
    const answer = await fetch(`${service.url}${url}`);
    assert.equal(answer.status, 200, line);
    assert.ok((await answer.text()).length > 10, line);
  }
});
