import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { assertAccessible, type Look, noBrowser, signIn, TestBrowser } from "../support/browser.ts";
import { TestService } from "../support/service.ts";

// The rooms of the dashboard, with a real service behind them: each is walked through once, and axe looks at each in
// light and dark and as wide as a phone.

let service: TestService;
let browser: TestBrowser;
let state: BrowserContextOptions["storageState"];

const withBrowser = { skip: noBrowser };

before(async () => {
  if (noBrowser !== false) return;
  [service, browser] = await Promise.all([new TestService().start(), TestBrowser.launch()]);
  const page = await browser.person();
  await signIn(page, service.signInUrl);
  state = await page.context().storageState();
  await page.context().close();
  await send({ subject: "A letter", html: hostile, text: "Plain words" });
});
after(async () => {
  await browser?.close();
  await service?.remove();
});

// What a sender might try on somebody who only looks. Each of these names a host that is not ours.
const hostile = `<html><head><style>@import url(http://spy.example/a.css); p { color: rgb(1, 2, 3) }</style>
<link rel="dns-prefetch" href="http://spy.example/"><meta http-equiv="refresh" content="0;url=http://spy.example/">
<script>document.title = "ran"; fetch("http://spy.example/")</script></head>
<body background="http://spy.example/bg.png"><p onclick="fetch('http://spy.example/')">Dear reader</p>
<img src="http://spy.example/pixel.png" width="1" height="1"><img srcset="http://spy.example/2x.png 2x" alt="">
<div style="background: url('http://spy.example/c.png')">styled</div>
<a href="http://shop.example/offer?id=1">The offer</a><iframe src="http://spy.example/"></iframe>
<form action="http://spy.example/"><button>Send</button></form></body></html>`;

async function send(content: { subject: string; text?: string; html?: string }): Promise<string> {
  const body = {
    from: { address: "owner@facteur.example" },
    to: [{ address: "ann@example.com" }],
    ...content,
  };
  const { status, json } = await service.request(service.first, "POST", "/api/v1/messages", { body });
  assert.equal(status, 202);
  return (json() as { recipients: { id: string }[] }).recipients[0]?.id ?? "";
}

async function openAt(place: string, look: Look = {}): Promise<Page> {
  const page = await browser.person(look, state);
  await page.goto(`${service.url}/dashboard${place}`);
  return page;
}

test("a letter is read in every form it has, and tells nobody that it is", withBrowser, async () => {
  const page = await openAt("/inbox");
  await page.getByRole("link", { name: /A letter/ }).click();
  await page.getByRole("heading", { level: 2, name: "A letter" }).waitFor();
  const letter = page.frameLocator(".letter-frame iframe").frameLocator("iframe");
  await letter.getByText("Dear reader").waitFor();
  const inner = page.frames().find((frame) => frame.url() === "about:srcdoc");
  const colour = await inner?.evaluate("getComputedStyle(document.querySelector('p')).color");
  assert.equal(colour, "rgb(1, 2, 3)", "the message has lost its own styles");
  await page.getByText("5 pictures from the network were not loaded.").waitFor();
  await letter.getByText("The offer").click();
  await letter.getByText("Dear reader").click();
  await page.getByText("One link").click();
  await page.getByText("http://shop.example/offer?id=1").waitFor();
  await page.getByRole("radio", { name: "Phone" }).check();
  await page.locator(".letter-frame-phone").waitFor();
  await page.getByRole("tab", { name: "Text" }).click();
  await page.getByText("Plain words").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("row", { name: /^Subject A letter/ }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText("This message is not signed").waitFor();
  await page.getByRole("tab", { name: "Source" }).click();
  await page.getByText("MIME-Version: 1.0").waitFor();
});

test("a key pair is made, its secret is shown once, and it is revoked", withBrowser, async () => {
  const page = await openAt("/keys");
  await page.getByRole("button", { name: "Make a key pair" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make a key pair" }).click();
  await dialog.getByText("Give the key a name").waitFor();
  await dialog.getByLabel("Name").fill("Shop");
  await dialog.getByRole("checkbox", { name: /^read/ }).check();
  await assertAccessible(page, "making a key");
  await dialog.getByRole("button", { name: "Make a key pair" }).click();
  await dialog.getByText("The secret key is shown now").waitFor();
  const secretKey = await dialog.locator("code").nth(1).textContent();
  const apiKey = await dialog.locator("code").first().textContent();
  const made = { accountId: "", apiKey: apiKey ?? "", secretKey: secretKey ?? "" };
  assert.equal((await service.request(made, "GET", "/api/v1/inbox")).status, 200);
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("row", { name: /^Shop .* send and read/ }).waitFor();
  await page.getByRole("button", { name: "Revoke Shop" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("row", { name: /^Shop/ }).waitFor({ state: "detached" });
  await page.context().close();
});

// Every room, by the place it stands at.
const rooms = ["/", "/inbox", "/inbox/:letter", "/keys", "/nowhere"];

async function placeOf(room: string): Promise<string> {
  if (!room.endsWith(":letter")) return room;
  const { json } = await service.request(service.first, "GET", "/api/v1/inbox");
  return room.replace(":letter", (json() as { items: { id: string }[] }).items[0]?.id ?? "");
}

for (const look of [{}, { colorScheme: "dark", width: "phone" }, { colorScheme: "dark" }] as const)
  test(`every room is accessible: ${JSON.stringify(look)}`, withBrowser, async () => {
    const page = await openAt("/", look);
    for (const room of rooms) {
      await page.goto(`${service.url}/dashboard${await placeOf(room)}`);
      await page.locator("h1").waitFor();
      await page.waitForLoadState("networkidle").catch(() => {});
      await assertAccessible(page, `${room} ${JSON.stringify(look)}`);
    }
    await page.context().close();
  });

test(
  "the menu of a phone opens, leads on, and closes; the language and the appearance are remembered",
  withBrowser,
  async () => {
    const page = await openAt("/", { width: "phone" });
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByLabel("Language").selectOption("fr");
    await page.getByLabel("Apparence").selectOption("dark");
    await page.getByRole("link", { name: "Boîte de test", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Boîte de test" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Premiers pas" }).isVisible(), false);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Boîte de test" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "fr");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
    await page.context().close();
  },
);

test("the keyboard alone reaches the content first", withBrowser, async () => {
  const page = await openAt("/inbox");
  await page.locator("h1").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.id"), "content");
  await page.context().close();
});

test(
  "all that was asked for came from the service itself, and nothing was held back or broke",
  withBrowser,
  () => {
    assert.deepEqual([...browser.origins], [new URL(service.url).origin]);
    // The letter has a handler in its HTML, and the browser says that it does not run.
    const held = /^Blocked script execution in '[^']*letter\.html' because the document's frame is sandboxed/;
    assert.deepEqual(
      browser.complaints.filter((text) => !held.test(text)),
      [],
    );
  },
);
