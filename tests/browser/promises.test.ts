import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, noBrowser, TestBrowser } from "../support/browser.ts";
import { testService } from "../support/service.ts";

const looks = [
  { language: "en", colorScheme: "light", width: "desktop" },
  { language: "fr", colorScheme: "dark", width: "desktop" },
  { language: "de", colorScheme: "light", width: "phone" },
] as const;

test("the page of promises is accessible in every language, light and dark, as wide as a phone, and asks nobody else", {
  skip: noBrowser,
}, async (t) => {
  const service = await testService(t);
  const browser = await TestBrowser.launch();
  t.after(() => browser.close());
  for (const { language, ...look } of looks) {
    const page = await browser.person(look);
    await page.goto(`${service.url}/promises?lang=${language}`);
    assert.equal(await page.locator("article, ul.list > li").count(), 128);
    for (const details of await page.locator("article summary").all()) await details.click();
    await assertAccessible(page, `${language}, ${look.colorScheme}, ${look.width}`);
    await page.context().close();
  }
  assert.deepEqual([...browser.origins], [new URL(service.url).origin]);
  assert.deepEqual(browser.complaints, []);
});
