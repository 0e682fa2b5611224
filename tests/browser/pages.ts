import { existsSync } from "node:fs";
import { type Operation, resource, until } from "effection";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "../../testlib/index.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"];
const LONGEST_START_MS = 60_000;
const LONGEST_WAIT_MS = 15_000;

export interface OpenPage {
  readonly page: Page;
  /** All that the page's console says, and requests to anywhere but its own server. */
  readonly complaints: readonly string[];
}

export type OpenPages = (url: string, settings?: BrowserContextOptions) => Operation<OpenPage>;

/** One browser for the tests of a file. @returns opens a page in it, as if nobody had been there before */
export function withBrowser(): OpenPages {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: ARGS });
  }, LONGEST_START_MS);
  afterAll(async () => {
    await browser.close();
  });
  return (url, settings) => usePage(browser, url, settings);
}

/** `CHROMIUM` names the program; else the usual places are looked at. Debian: `apt-get install chromium`. */
function findChromium(): string {
  const found = process.env["CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error(`No Chromium at ${PLACES.join(", ")}. Install it, or set CHROMIUM to its path.`);
  }
  return found;
}

function usePage(browser: Browser, url: string, settings: BrowserContextOptions = {}): Operation<OpenPage> {
  return resource(function* (provide) {
    const context = yield* until(browser.newContext({ viewport: { width: 1_280, height: 900 }, ...settings }));
    const complaints: string[] = [];
    const page = yield* until(context.newPage());
    page.setDefaultTimeout(LONGEST_WAIT_MS);
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) complaints.push(request.url());
    });
    yield* until(page.goto(url));
    try {
      yield* provide({ page, complaints });
    } finally {
      context.close().catch(() => {});
    }
  });
}

/** Waits until the page's element shows this text. */
export function* shows(page: Page, selector: string, text: string | RegExp): Operation<void> {
  yield* until(page.locator(selector).filter({ hasText: text }).first().waitFor());
}
