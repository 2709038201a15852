import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, noBrowser, TestBrowser } from "../support/browser.ts";
import { testService } from "../support/service.ts";

// The pages of the policy share one frame and one sheet of styles: each is looked at once, and each look has some.
const looks = [
  { language: "en", colorScheme: "light", width: "desktop", pages: ["/privacy/versions/1"] },
  { language: "fr", colorScheme: "dark", width: "desktop", pages: ["/privacy", "/privacy/history"] },
  { language: "de", colorScheme: "light", width: "phone", pages: ["/privacy", "/privacy/data-map"] },
] as const;

test("the pages of the policy and its promises are accessible in every language, light and dark, as wide as a phone, and ask nobody else", {
  skip: noBrowser,
}, async (t) => {
  const service = await testService(t);
  const browser = await TestBrowser.launch();
  t.after(() => browser.close());
  for (const { language, pages, ...look } of looks) {
    const page = await browser.person(look);
    await page.goto(`${service.url}/promises?lang=${language}`);
    assert.equal(await page.locator("article, ul.list > li").count(), 128);
    for (const details of await page.locator("article summary").all()) await details.click();
    await assertAccessible(page, `${language}, ${look.colorScheme}, ${look.width}`);
    for (const place of pages) {
      await page.goto(`${service.url}${place}?lang=${language}`);
      await page.locator("h1").waitFor();
      await assertAccessible(page, `${place}, ${language}, ${look.colorScheme}, ${look.width}`);
    }
    await page.context().close();
  }
  assert.deepEqual([...browser.origins], [new URL(service.url).origin]);
  assert.deepEqual(browser.complaints, []);
});
