import type { Page, Request } from "playwright-core";

/** What each page waits for. */
const underWay = new WeakMap<Page, Set<Request>>();

/** Goes to an address as a link in the console does. Where the console is not open, its address is loaded. */
export async function visit(page: Page, address: string): Promise<void> {
  requestsOf(page);
  const isOpen = await page.evaluate("'__TSR_ROUTER__' in globalThis");
  if (isOpen) {
    await page.evaluate(`__TSR_ROUTER__.navigate({ href: ${JSON.stringify(address)} }).then(() => {})`);
  } else await page.goto(address);
  await untilDrawn(page);
}

/** Waits until a page that has been visited has all that it asks for. */
export async function untilLoaded(page: Page): Promise<void> {
  do await untilDrawn(page);
  while (requestsOf(page).size > 0);
}

/** Waits until the page shows what it has. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

function requestsOf(page: Page): Set<Request> {
  const known = underWay.get(page);
  if (known !== undefined) return known;
  const requests = new Set<Request>();
  page.on("request", (request) => {
    // What a page has asked for ends with it.
    if (request.isNavigationRequest()) requests.clear();
    requests.add(request);
  });
  page.on("requestfinished", (request) => void requests.delete(request));
  page.on("requestfailed", (request) => void requests.delete(request));
  underWay.set(page, requests);
  return requests;
}
