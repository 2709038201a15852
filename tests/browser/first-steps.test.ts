import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { assertAccessible, noBrowser, signIn, TestBrowser } from "../support/browser.ts";
import { TestService } from "../support/service.ts";

let service: TestService;
let browser: TestBrowser;

before(async () => {
  if (noBrowser !== false) return;
  [service, browser] = await Promise.all([new TestService().start(), TestBrowser.launch()]);
});
after(async () => {
  await browser?.close();
  await service?.remove();
});

const withBrowser = { skip: noBrowser };

/** Pastes a line into a shell. */
function paste(line: string): string {
  const { stdout, stderr, status } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Waits until the test inbox holds so many. */
async function waitForMessages(count: number): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    const { json } = await service.request(service.first, "GET", "/api/v1/inbox");
    if ((json() as { items: unknown[] }).items.length >= count) return;
    await pause(100);
  }
  assert.fail("A message did not arrive.");
}

async function shownCurl(page: Page): Promise<string> {
  const text = await page.getByRole("tabpanel").locator("code").first().textContent();
  return text ?? "";
}

test(
  "from the link that the start prints to the first message, seen as it arrives",
  withBrowser,
  async () => {
    const page = await browser.person();
    await signIn(page, service.signInUrl);
    await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
    assert.doesNotMatch(page.url(), /sign-in=/, "the word of the link stays in the address bar");
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByText("The secret key is shown now").waitFor();
    await assertAccessible(page, "first steps with a key");
    const answer = paste(await shownCurl(page));
    assert.match(answer, /"Status":\s*"success"/);
    await page.getByText("It has arrived.").waitFor();
    await page.getByText("My first message", { exact: true }).waitFor();
    await assertAccessible(page, "first steps with a message");
    await page.getByRole("tab", { name: "SMTP" }).click();
    await page.getByText("Settings for any program").waitFor();
    const line = (await page.getByRole("tabpanel").locator("pre code").textContent()) ?? "";
    await assertAccessible(page, "first steps by SMTP");
    paste(line);
    await waitForMessages(2);
  },
);

test(
  "nobody is shown the way in: in their language, accessible, with the command to type",
  withBrowser,
  async () => {
    for (const [locale, title] of [
      ["en-GB", "Sign in"],
      ["fr-FR", "Se connecter"],
      ["de-DE", "Anmelden"],
    ] as const) {
      const page = await browser.person({ locale, colorScheme: locale === "de-DE" ? "dark" : "light" });
      await page.goto(`${service.url}/dashboard/`);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      assert.equal(await page.locator("html").getAttribute("lang"), locale.slice(0, 2));
      await page.getByText("npx facteur sign-in").waitFor();
      await assertAccessible(page, `signing in, ${locale}`);
    }
  },
);

test("a link works once, and one that does not work any more says so", withBrowser, async () => {
  const page = await browser.person();
  await page.goto(service.signInUrl);
  await page.getByText("This link does not work any more").waitFor();
});

test(
  "all that was asked for came from the service itself, and nothing was held back or broke",
  withBrowser,
  () => {
    assert.deepEqual([...browser.origins], [new URL(service.url).origin]);
    assert.deepEqual(browser.complaints, []);
  },
);
