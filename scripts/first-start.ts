// `npm run first-start`: how long a newcomer takes from a fresh clone to the first message on their screen, with every
// package fetched anew (`--warm` keeps npm's own cache). Commits of this clone are cloned, not its folder.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { noBrowser, signIn, TestBrowser } from "../tests/support/browser.ts";

// Long enough for a slow line; what takes longer is no first start.
const patienceMs = 300_000;

const folder = path.resolve(import.meta.dirname, "..");
const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(words: readonly string[]): Promise<void> {
  if (noBrowser !== false) throw new Error(`Without a browser nobody sees a message: ${noBrowser}.`);
  const base = mkdtempSync(path.join(tmpdir(), "facteur-first-start-"));
  const clone = path.join(base, "facteur");
  const cache = words.includes("--warm") ? {} : { npm_config_cache: path.join(base, "npm-cache") };
  const browser = await TestBrowser.launch();
  const started = performance.now();
  const since = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`;
  run("git", ["clone", "--quiet", folder, clone]);
  say(`${since()}  cloned`);
  const child = spawn("npm", ["start", "--silent"], {
    cwd: clone,
    env: { ...process.env, ...cache, FACTEUR_HTTP: "127.0.0.1:0", FACTEUR_LOG: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const link = await linkOf(child.stdout);
    say(`${since()}  the service is ready, and prints its link`);
    const page = await browser.person();
    await signIn(page, link);
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByText("The secret key is shown now").waitFor();
    const line = await page.getByRole("tabpanel").locator("code").first().textContent();
    say(`${since()}  signed in, and a key made`);
    const answer = run("sh", ["-c", line ?? ""]);
    if (!answer.includes('"success"')) throw new Error(`The line was refused: ${answer}`);
    await page.getByText("It has arrived.").waitFor();
    say(`${since()}  the first message is seen (${availableParallelism()} cores)`);
  } finally {
    await browser.close();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    rmSync(base, { recursive: true, force: true });
  }
}

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

function linkOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No link was printed:\n${text}`)), patienceMs);
    output.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      const link = /http\S+\/dashboard\/#sign-in=\S+/.exec(text)?.[0];
      if (link === undefined) return;
      clearTimeout(timer);
      resolve(link);
    });
  });
}

await main(process.argv.slice(2));
