import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertAccessibleInEveryLook, noBrowser } from "../../support/browser.ts";
import type { Stage } from "./stage.ts";

const withBrowser = { skip: noBrowser };

/** What readers have agreed to, and how far they are counted. */
export function testReaderRooms({ openAt }: Stage): void {
  test(
    "a consent is recorded with its proof, found by address, and taken back; a file brings more",
    withBrowser,
    async () => {
      const page = await openAt("/readers");
      const dialog = page.getByRole("dialog");
      await page.getByText("Nobody has decided anything yet").waitFor();
      await assertAccessible(page, "no consent");
      await page.getByRole("button", { name: "Record a decision" }).click();
      await dialog.getByRole("button", { name: "Record it" }).click();
      await dialog.getByText("When the reader agreed.", { exact: true }).waitFor();
      await assertAccessible(page, "a consent without its proof");
      await dialog.getByLabel("Address").fill("Ada@example.com");
      await dialog.getByLabel("Decided").fill("2026-01-01T10:00");
      await dialog.getByLabel("Where it was said").fill("sign-up form");
      await dialog.getByLabel("The text that was agreed to").fill("You may see what I open.");
      await dialog.getByRole("button", { name: "Record it" }).click();
      const card = page.getByRole("region", { name: "What Ada@example.com has agreed to" });
      await card.getByText("Their openings are counted without a name.").waitFor();
      await page.getByText("sign-up form").first().click();
      await page.getByText("You may see what I open.").first().waitFor();
      await assertAccessibleInEveryLook(page, "a reader with a consent");
      await card.getByRole("button", { name: "Take it back for them" }).click();
      await dialog.getByRole("button", { name: "Take it back for them" }).click();
      await card.getByText("Taken back").first().waitFor();
      assert.equal(await page.getByRole("row").count(), 1 + 4);
      await page.getByRole("button", { name: "Import", exact: true }).click();
      const lines = [
        "address,purpose,decision,decided_at",
        "bob@example.com,,withdrawn,",
        "nobody,,withdrawn,",
      ];
      await dialog.getByLabel("File", { exact: true }).setInputFiles({
        name: "consents.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(lines.join("\n")),
      });
      await dialog.getByRole("button", { name: "Import the file" }).click();
      await dialog.getByText("Line 3 holds no email address.").waitFor();
      await dialog.getByRole("button", { name: "Close" }).click();
      await page.getByRole("link", { name: "Show everybody" }).click();
      await page
        .getByRole("row", { name: /^bob@example.com/ })
        .first()
        .waitFor();
      await page.context().close();
    },
  );

  test("an account decides how far readers are counted, and where its links lead", withBrowser, async () => {
    const page = await openAt("/readers?view=counting");
    await page.getByRole("radio", { name: /^Those who have agreed are known/ }).check();
    await page.getByRole("checkbox", { name: "Count that they are opened" }).check();
    await page.getByText("Not saved yet.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("At present readers who have agreed are told apart").waitFor();
    await assertAccessibleInEveryLook(page, "how readers are counted");
    await page.reload();
    await page.getByRole("radio", { name: /^Those who have agreed are known/, checked: true }).waitFor();
    await page.getByRole("radio", { name: /^Without being known/ }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("tab", { name: "Where links lead" }).click();
    await page.getByLabel("A host of real.example for links").fill("links.real.example");
    await page.getByRole("button", { name: "Use this host" }).click();
    await page.getByText("Waits for its CNAME").waitFor();
    await assertAccessibleInEveryLook(page, "where links lead");
    await page.getByRole("button", { name: "Remove links.real.example" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Links lead to this service’s host").waitFor();
    await page.context().close();
  });
}
