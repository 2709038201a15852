import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleInEveryLook, noBrowser } from "../../support/browser.ts";
import type { Stage } from "./stage.ts";

const withBrowser = { skip: noBrowser };

/** What was counted. */
export function testFigureRooms({ openAt }: Stage): void {
  test("statistics are told by a chart and by a table, with the reasons in words", withBrowser, async () => {
    const page = await openAt("/statistics");
    const chart = page.getByRole("img", { name: /messages were delivered/ });
    await chart.waitFor();
    await page.getByRole("row", { name: /There is no such mailbox/ }).waitFor();
    await page.getByText("The same as a table").click();
    const row = page.getByRole("table", { name: "Over time" }).getByRole("row").nth(1);
    const cells = (await row.getByRole("cell").allTextContents()).map(Number);
    const [accepted = 0, ...parts] = cells;
    assert.ok(accepted > 0);
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      accepted,
      `${cells}`,
    );
    await page.getByRole("columnheader", { name: "Machines" }).waitFor();
    await assertAccessibleInEveryLook(page, "statistics");
    await page.getByRole("tab", { name: "Domains" }).click();
    await page.getByRole("row", { name: /^example.net/ }).waitFor();
    await page.getByRole("tab", { name: "Links" }).click();
    await page.getByText("Nobody has followed a counted link").waitFor();
    await page.getByRole("radio", { name: "12 months" }).check();
    await page.waitForURL(/days=365/);
    await page.getByRole("columnheader", { name: "Month" }).waitFor();
    await page.getByRole("tab", { name: "Domains" }).click();
    await page.getByText("Domains are told for the last 90 days.").waitFor();
    await page.getByRole("row", { name: /^example.net/ }).waitFor();
    await page.context().close();
  });

  test("deliverability tells rates, reasons, and what providers take at a time", withBrowser, async () => {
    const page = await openAt("/deliverability");
    await page.getByText(/^Complaints: 0% of what was delivered/).waitFor();
    await page.getByText(/^Refused for good: [1-9]/).waitFor();
    await page
      .getByRole("row", { name: /^example.net/ })
      .first()
      .waitFor();
    await page.getByRole("row", { name: /There is no such mailbox/ }).waitFor();
    await page.getByRole("row", { name: "Google (Gmail) 5 50" }).waitFor();
    await assertAccessibleInEveryLook(page, "deliverability");
    await page.context().close();
  });
}
