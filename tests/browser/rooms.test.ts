import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import {
  assertAccessible,
  assertAccessibleInEveryLook,
  type Look,
  noBrowser,
  signIn,
  TestBrowser,
} from "../support/browser.ts";
import { type DnsServer, type DnsZone, startDnsServer } from "../support/dns-server.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { testFigureRooms } from "./rooms/figures.ts";
import { testReaderRooms } from "./rooms/readers.ts";
import { testSetUpRooms } from "./rooms/set-up.ts";

// The rooms of the dashboard, with a real service behind them: each is walked through once, and axe looks at each in
// light and dark and as wide as a phone.

let service: TestService;
let browser: TestBrowser;
let state: BrowserContextOptions["storageState"];
let sink: SmtpServer;
let dns: DnsServer;
const zone: DnsZone = {};

const withBrowser = { skip: noBrowser };

before(async () => {
  if (noBrowser !== false) return;
  dns = await startDnsServer(zone, { negativeTtlSeconds: 1 });
  sink = await startSmtpServer({
    on: {
      rcpt: ({ argument }) => {
        if (argument.includes("gone@")) return "550 5.1.1 Nobody of that name lives here";
        return argument.includes("later@") ? "451 4.2.2 Our store is full, come back later" : undefined;
      },
    },
  });
  const env = { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`, FACTEUR_RESOLVER: dns.address };
  [service, browser] = await Promise.all([new TestService({ env }).start(), TestBrowser.launch()]);
  const page = await browser.person();
  await signIn(page, service.signInUrl);
  state = await page.context().storageState();
  await page.context().close();
  await service.command("domain", "approve", "real.example", "--account", service.first.accountId);
  const from = { address: "news@real.example" };
  for (const name of ["ann", "gone", "later"])
    await send({ subject: `To ${name}`, text: "Hello", from, to: [{ address: `${name}@example.net` }] });
  await send({ subject: "A letter", html: hostile, text: "Plain words" });
});
after(async () => {
  await browser?.close();
  await service?.remove();
  await sink?.close();
  await dns?.close();
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

async function send(content: Record<string, unknown>): Promise<void> {
  const body = {
    from: { address: "owner@facteur.example" },
    to: [{ address: "ann@example.com" }],
    ...content,
  };
  const { status, text } = await service.request(service.first, "POST", "/api/v1/messages", { body });
  assert.equal(status, 202, text);
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

test(
  "a message that was refused is found, explained in both sides' words, and sent again",
  withBrowser,
  async () => {
    const page = await openAt("/messages");
    await page.getByLabel("Search for").fill("gone@example.net");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("row", { name: /To gone Bounced/ }).waitFor();
    assert.equal(await page.getByRole("row").count(), 2, "the search finds this one only");
    await page.getByRole("link", { name: "gone@example.net" }).click();
    await page.getByText("There is no such mailbox.").waitFor();
    await page.getByText("Nobody of that name lives here").waitFor();
    await assertAccessible(page, "a message that bounced");
    await page.getByRole("button", { name: "Send it again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send it again" }).click();
    await page.getByRole("link", { name: "Open the new message" }).click();
    await page.getByText("The address is suppressed").waitFor();
    await page.context().close();
  },
);

test("a message that waits says why, and is cancelled", withBrowser, async () => {
  const page = await openAt("/messages?recipient=later%40example.net");
  await page.getByRole("row", { name: /To later Will be tried again/ }).waitFor();
  await page.getByRole("link", { name: "later@example.net" }).click();
  await page.getByText("Why it waits").waitFor();
  await page.getByText("Our store is full, come back later").first().waitFor();
  await page.getByRole("button", { name: "Cancel the message" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel the message" }).click();
  await page.locator(".message-state").getByText("Cancelled").waitFor();
  await page.context().close();
});

test("the queue is shown by destination, with the reason to wait", withBrowser, async () => {
  await send({
    subject: "Later still",
    text: "Hello",
    from: { address: "news@real.example" },
    to: [{ address: "later@example.org" }],
  });
  const page = await openAt("/status");
  await page.getByRole("row", { name: /^example.org .*(too fast|full|later|trouble|taken|turn)/i }).waitFor();
  await page.getByRole("heading", { name: "Processes" }).waitFor();
  await page.context().close();
});

test("what is held says why, until when, and leads to the promises", withBrowser, async () => {
  const page = await openAt("/holdings");
  await page.getByText("Until 6 days after it was accepted. Then its key is destroyed.").waitFor();
  await page.getByText("For 13 months at most.").waitFor();
  await page.getByRole("link", { name: /How each promise/ }).click();
  await page.waitForURL(/promises/);
  await page.context().close();
});

test("a domain says what it lacks, and is verified while somebody watches", withBrowser, async () => {
  const page = await openAt("/domains");
  await page.getByLabel("Your domain").fill("not a domain");
  await page.getByRole("button", { name: "Add the domain" }).click();
  await page.getByText("That is not the name of a domain").waitFor();
  await page.getByLabel("Your domain").fill("shop.example");
  await page.getByRole("button", { name: "Add the domain" }).click();
  const card = page.getByRole("article").filter({ hasText: "shop.example" });
  await card.getByText("Still missing: DKIM key, SPF and DMARC.").waitFor();
  await card.getByText("DKIM key", { exact: true }).click();
  await assertAccessible(page, "a domain with its records");
  const record = card.locator(".record").filter({ hasText: "DKIM key" });
  const [, name = "", value = ""] = await record.locator("dd code").allTextContents();
  zone[name] = { txt: [value] };
  await card.getByRole("button", { name: "Look at the DNS now" }).click();
  await card.getByText("Verified by its records").waitFor();
  await card.getByRole("button", { name: "Remove shop.example" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await card.waitFor({ state: "detached" });
  await page.context().close();
});

test("advice and refusals are in the reader's language", withBrowser, async () => {
  const page = await openAt("/domains", { locale: "de-DE" });
  await page.getByLabel("Ihre Domain").fill("keine Domain");
  await page.getByRole("button", { name: "Domain hinzufügen" }).click();
  await page.getByText("Schreiben Sie den Teil hinter dem @").waitFor();
  await page.getByLabel("Ihre Domain").fill("laden.example");
  await page.getByRole("button", { name: "Domain hinzufügen" }).click();
  const card = page.getByRole("article").filter({ hasText: "laden.example" });
  await card.getByRole("button", { name: "Jetzt im DNS nachsehen" }).click();
  await card.getByText("SPF", { exact: true }).click();
  await card.getByText("Es gibt keinen SPF-Eintrag. Veröffentlichen Sie diesen.").waitFor();
  await page.context().close();
});

test("a link to another account asks before it leaves this one", withBrowser, async () => {
  await service.command("account", "create", "--email", "other@example.org");
  const { signInUrl } = await service.command("sign-in", "--account", "other@example.org");
  const link = String(signInUrl).replace(/^.*(?=\/dashboard)/, service.url);
  const page = await openAt("/");
  await page.getByRole("heading", { level: 1, name: "First steps" }).waitFor();
  await page.goto(link);
  await page.getByText("You are signed in as owner@facteur.example.").waitFor();
  await assertAccessible(page, "a link to another account");
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await page.getByText("owner@facteur.example", { exact: true }).waitFor();
  await page.goto(`${service.url}/dashboard/keys`);
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in to the other account" }).click();
  await page.getByText("other@example.org", { exact: true }).waitFor();
  await page.context().close();
});

test("a single address waits for its owner, and can be taken back", withBrowser, async () => {
  const page = await openAt("/domains");
  await page.getByLabel("Address").fill("ann@example.net");
  await page.getByRole("button", { name: "Add the address" }).click();
  await page.getByText("A mail with a link is on its way to ann@example.net.").waitFor();
  await page.getByRole("row", { name: /ann@example.net Waits for its owner/ }).waitFor();
  await page.getByRole("button", { name: "Remove ann@example.net" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("row", { name: /ann@example.net/ }).waitFor({ state: "detached" });
  await page.context().close();
});

test(
  "a key pair is made, its secret is shown once, and it is renamed, rested and revoked",
  withBrowser,
  async () => {
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
    await page.getByRole("button", { name: "Rename Shop" }).click();
    await dialog.getByLabel("Name").fill("Till");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Switch off Till" }).click();
    await dialog.getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("row", { name: /^Till Switched off/ }).waitFor();
    await page.getByRole("button", { name: "Switch on Till" }).click();
    await page.getByRole("button", { name: "Switch off Till" }).waitFor();
    await page.getByRole("button", { name: "Revoke Till" }).click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("row", { name: /^Till/ }).waitFor({ state: "detached" });
    await page.context().close();
  },
);

testReaderRooms({ openAt });
testSetUpRooms({ openAt });
testFigureRooms({ openAt });

let every: Page | undefined;

test(
  "an address is suppressed, found, taken out and in as a file, and sent to again once its owner asks",
  withBrowser,
  async () => {
    const page = await openAt("/suppressions");
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "Suppress an address" }).click();
    await dialog.getByLabel("Address").fill("nobody");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await dialog.getByText("is not an email address").first().waitFor();
    await dialog.getByLabel("Address").fill("=eve@example.net");
    await dialog.getByRole("button", { name: "Suppress" }).click();
    await page.getByRole("row", { name: /=eve@example.net By you/ }).waitFor();
    await page.getByRole("button", { name: "Import" }).click();
    const name = "list.csv";
    const buffer = Buffer.from("address,cause\nkim@example.net,unsubscribe\nnobody,\n");
    await dialog.getByLabel("File").setInputFiles({ name, mimeType: "text/csv", buffer });
    await assertAccessible(page, "importing a list");
    await dialog.getByRole("button", { name: "Import the file" }).click();
    await dialog.getByText("Line 3 holds no email address.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Export (CSV)" }).click(),
    ]);
    assert.match(readFileSync(await file.path(), "utf8"), /^'=eve@example\.net,manual,api,/m);
    await page.getByLabel("Is an address suppressed?").fill("kim@example.net");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /=eve/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Send again to kim@example.net" }).click();
    await dialog.getByRole("button", { name: "Send again" }).click();
    await dialog.getByText("Only go on if the owner has asked for it.").waitFor();
    await dialog.getByRole("checkbox").check();
    await assertAccessible(page, "sending again");
    await dialog.getByRole("button", { name: "Send again" }).click();
    await page.getByText("kim@example.net is not suppressed").waitFor();
    await page.context().close();
  },
);

// Every room, by the place it stands at.
const rooms = [
  "/",
  "/inbox",
  "/inbox/:letter",
  "/messages",
  "/messages?recipient=nobody%40example.com",
  "/suppressions",
  "/suppressions?address=nobody%40example.com",
  "/domains",
  "/keys",
  "/holdings",
  "/status",
  "/nowhere",
];

async function placeOf(room: string): Promise<string> {
  if (!room.endsWith(":letter")) return room;
  const { json } = await service.request(service.first, "GET", "/api/v1/inbox");
  return room.replace(":letter", (json() as { items: { id: string }[] }).items[0]?.id ?? "");
}

for (const room of rooms)
  test(`${room} is accessible in light, dark and on a phone`, withBrowser, async () => {
    // One page for all of them: it has loaded everything that they share.
    every ??= await openAt("/");
    const place = `/dashboard${await placeOf(room)}`;
    await every.evaluate(
      `history.pushState(null, "", ${JSON.stringify(place)}); dispatchEvent(new PopStateEvent("popstate"))`,
    );
    await every.locator("h1").waitFor();
    await every.getByText("One moment …").first().waitFor({ state: "detached" });
    await assertAccessibleInEveryLook(every, room);
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
