import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

// What Debian, Fedora and Arch call it; FACTEUR_TEST_CHROMIUM names any other.
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executable = [process.env.FACTEUR_TEST_CHROMIUM ?? "", ...places].find(
  (place) => place !== "" && existsSync(place),
);

/** Why tests with a browser cannot run here; false when they can. For the option `skip` of a test. */
export const noBrowser: string | false =
  executable === undefined ? "no Chromium: apt-get install chromium, or set FACTEUR_TEST_CHROMIUM" : false;

// On loaded machines a page may take this long; nothing waits for it to pass.
const patienceMs = 30_000;

const widths = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };

/** How somebody looks at the dashboard. */
export interface Look {
  colorScheme?: "light" | "dark";
  width?: keyof typeof widths;
  locale?: string;
}

/** A browser that notes where its pages send requests. Started once a test file. */
export class TestBrowser {
  readonly #browser: Browser;
  /** Origins that were asked for something. */
  readonly origins = new Set<string>();
  /** What pages complained about: exceptions, and what the Content-Security-Policy held back. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const args = [...sandbox, "--disable-dev-shm-usage", "--disable-background-networking"];
    return new TestBrowser(await chromium.launch({ executablePath: executable ?? "", args }));
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** A person of their own: cookies and storage are nobody else's. */
  async person(look: Look = {}, state?: BrowserContextOptions["storageState"]): Promise<Page> {
    const { colorScheme = "light", width = "desktop", locale = "en-GB" } = look;
    const context = await this.#browser.newContext({
      colorScheme,
      locale,
      viewport: widths[width],
      reducedMotion: "reduce",
      ...(state === undefined ? {} : { storageState: state }),
    });
    context.setDefaultTimeout(patienceMs);
    this.#watch(context);
    return context.newPage();
  }

  #watch(context: BrowserContext): void {
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http")) this.origins.add(origin);
    });
    context.on("weberror", (error) => this.complaints.push(error.error().message));
    context.on("console", (message) => {
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
        this.complaints.push(message.text());
    });
  }
}

/** Opens the dashboard by a link, as the service printed it. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("navigation").waitFor({ state: "attached" });
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Complains about everything that axe finds against WCAG 2.2 AA, and about pages that scroll sideways (§1.4.10). The
 *  frames that show somebody's mail are left out: what is in them is theirs. */
export function assertAccessible(page: Page, name: string): Promise<void> {
  return assertNothingFound(axeOf(page).withTags(rules), page, name);
}

/** The same page in light and dark, and as wide as a phone: everything is looked at for each width, and what only the
 *  colours decide for each colour. The page is as it was afterwards. */
export async function assertAccessibleInEveryLook(page: Page, name: string): Promise<void> {
  await assertAccessible(page, `${name}, light`);
  await page.emulateMedia({ colorScheme: "dark" });
  await assertNothingFound(axeOf(page).withRules(["color-contrast"]), page, `${name}, dark`);
  await page.setViewportSize(widths.phone);
  await assertAccessible(page, `${name}, dark, on a phone`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(widths.desktop);
}

// Legacy mode looks into no frame, and so needs no second page for each look; the frames are left out anyway.
function axeOf(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).exclude("iframe").setLegacyMode();
}

async function assertNothingFound(axe: AxeBuilder, page: Page, name: string): Promise<void> {
  const { violations } = await axe.analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}\n${failureSummary ?? ""}`,
    ),
  );
  assert.deepEqual(found, [], name);
  const overhang = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  assert.equal(overhang, 0, `${name} scrolls sideways`);
}

/** Where the built dashboard lies. */
export const builtDashboard = path.resolve(import.meta.dirname, "../../web/dist");
