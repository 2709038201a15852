import assert from "node:assert/strict";
import { test } from "node:test";
import { createTransport } from "nodemailer";
import { assertAccessible, assertAccessibleInEveryLook, noBrowser } from "../../support/browser.ts";
import { startConsumer } from "../../support/webhook-consumer.ts";
import type { Stage } from "./stage.ts";

const withBrowser = { skip: noBrowser };

/** Where programs are connected: webhooks and SMTP. */
export function testSetUpRooms({ openAt }: Stage): void {
  test(
    "a webhook is added, tried, stopped and started, and its answers are told in words",
    withBrowser,
    async (t) => {
      const consumer = await startConsumer(t);
      const page = await openAt("/webhooks");
      const dialog = page.getByRole("dialog");
      await page.getByText("No webhook yet").waitFor();
      await assertAccessible(page, "no webhook");
      await page.getByRole("button", { name: "Add a webhook" }).click();
      await dialog.getByLabel("URL").fill("ftp://shop.example/");
      await dialog.getByRole("button", { name: "Add it" }).click();
      await dialog.getByText("begins neither with https:// nor http://").first().waitFor();
      await dialog.getByLabel("URL").fill(`${consumer.url}/events`);
      await dialog.getByRole("checkbox", { name: "Opened" }).check();
      await assertAccessible(page, "adding a webhook");
      await dialog.getByRole("button", { name: "Add it" }).click();
      assert.match((await dialog.locator("code").textContent()) ?? "", /^whsec_/);
      await dialog.getByRole("button", { name: "I have copied it" }).click();
      await page.getByRole("link", { name: /\/events/ }).click();
      await page.getByRole("button", { name: "Post a test event" }).click();
      await page.getByText("It was taken.").waitFor();
      assert.match(String(consumer.received[0]?.headers["webhook-signature"]), /^v1,/);
      consumer.answer = () => ({ status: 404, body: "nothing here" });
      await page.getByRole("button", { name: "Post a test event" }).click();
      await page.getByText("There is nothing at this path. Check the URL.").waitFor();
      await page.getByText("nothing here").waitFor();
      consumer.answer = () => ({ status: 200 });
      await page.getByRole("button", { name: "Post again" }).click();
      await page
        .getByRole("row", { name: /Taken 200 It was taken/ })
        .first()
        .waitFor();
      await page.getByText(/Done .* posted/).waitFor();
      await assertAccessibleInEveryLook(page, "a webhook");
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByText("You have stopped it.").waitFor();
      await page.getByRole("button", { name: "Start again" }).click();
      await page.getByText("Takes what is posted.").waitFor();
      await page.getByRole("button", { name: "Remove" }).click();
      await dialog.getByRole("button", { name: "Remove" }).click();
      await page.getByText("No webhook yet").waitFor();
      await page.context().close();
    },
  );

  test(
    "a program is given what SMTP needs, and what it is refused and its message are seen as they come",
    withBrowser,
    async () => {
      const page = await openAt("/smtp");
      await page.getByRole("button", { name: "Make a key pair for SMTP" }).click();
      await page.getByText("The password is shown now and never again").waitFor();
      const values = await page.locator(".facts dd > code").allTextContents();
      const [host = "", port = "", user = "", pass = ""] = values;
      await page.getByRole("tab", { name: "Nodemailer" }).click();
      await page.getByRole("tabpanel").getByText(pass).waitFor();
      await page.getByRole("button", { name: "Start watching" }).click();
      await page.getByText("Waiting for a message …").waitFor();
      const server = { host, port: Number(port), tls: { rejectUnauthorized: false } };
      const wrong = createTransport({ ...server, auth: { user, pass: "wrong" } });
      await assert.rejects(wrong.verify(), /535/);
      wrong.close();
      await page.getByText("The API key is yours, and the secret beside it is wrong.").waitFor();
      const transport = createTransport({ ...server, auth: { user, pass } });
      const from = "owner@facteur.example";
      await transport.sendMail({ from, to: "ann@example.com", subject: "By SMTP", text: "Hello" });
      transport.close();
      await page.getByText("It has arrived.").waitFor();
      await page.getByText("By SMTP", { exact: true }).waitFor();
      await assertAccessibleInEveryLook(page, "SMTP with a message");
      await page.context().close();
    },
  );

  test("mail that comes in is posted to a program, until its route is removed", withBrowser, async () => {
    const page = await openAt("/parse-routes");
    const dialog = page.getByRole("dialog");
    await page.getByText("No route yet").waitFor();
    await assertAccessible(page, "no route");
    await page.getByRole("button", { name: "Add a route" }).click();
    await dialog.getByLabel("Posted to").fill("ftp://shop.example/");
    await dialog.getByRole("button", { name: "Add it" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Posted to").fill("https://shop.example/mail");
    await dialog.getByLabel("Address").fill("tickets@real.example");
    await dialog.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("row", { name: /^tickets@real.example https:/ }).waitFor();
    await assertAccessibleInEveryLook(page, "a route");
    await page.getByRole("button", { name: /^Remove / }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No route yet").waitFor();
    await page.context().close();
  });
}
