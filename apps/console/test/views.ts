import type { Page } from "playwright-core";
import { filesViews } from "./files-views.ts";
import { queryViews } from "./query-views.ts";
import type { View } from "./view.ts";
import { untilLoaded, visit } from "./visit.ts";

/** Every page of the console and every state that looks different. They need the files of `filesOfViews`. */
export const views: readonly View[] = [
  { name: "browse", show: browse("/browse", "finance") },
  { name: "browse-catalog", isAlike: true, show: browse("/browse/main", "Orders and customers") },
  { name: "browse-schema", show: browse("/browse/main/sales", "net_amount") },
  { name: "browse-table", show: browse("/browse/main/sales/tables/orders", "Number of the order") },
  { name: "browse-preview", show: browse("/browse/samples/nyctaxi/tables/trips?view=preview", "rows") },
  {
    name: "browse-definition",
    isAlike: true,
    show: browse("/browse/samples/nyctaxi/tables/trips?view=definition", "CREATE TABLE"),
  },
  { name: "browse-function", show: browse("/browse/main/sales/functions/net_amount", "tax_rate") },
  { name: "browse-volume", isAlike: true, show: browse("/browse/main/default/volumes/files", "files") },
  { name: "browse-filtered", show: browseFiltered },
  { name: "browse-not-found", show: browse("/browse/main/sales/tables/nothing", "Not found") },
  ...filesViews,
  ...queryViews,
  { name: "tour", show: tour, leave: closeTour },
  { name: "palette", show: palette, leave: async (page) => page.keyboard.press("Escape") },
  { name: "status", show: status },
  { name: "gateway-away", show: gatewayAway, leave: async (page) => page.unroute(identity) },
  { name: "sign-in", show: open("/sign-in", "Sign in") },
  { name: "no-such-page", show: open("/status/no-such-page", "There is no such page") },
];

/** What the front door asks the gateway for. */
const identity = /\/(ready|api\/me)/;

/** No first visit: the tour is a view of its own. */
export async function closeTour(page: Page): Promise<void> {
  await page.evaluate('localStorage.setItem("front-door.tour", "closed")');
}

function open(path: string, text: string) {
  return async (page: Page) => {
    await visit(page, path);
    await page.getByText(text).first().waitFor();
  };
}

function browse(path: string, text: string) {
  return async (page: Page) => {
    await visit(page, path);
    await page.locator("main").getByText(text).first().waitFor();
    await untilLoaded(page);
  };
}

async function browseFiltered(page: Page): Promise<void> {
  await browse("/browse/main/sales", "net_amount")(page);
  // A narrow window has no room for the tree beside a page.
  const filter = page.getByLabel("Filter what is loaded");
  if (await filter.isVisible()) await filter.fill("amount");
}

async function tour(page: Page): Promise<void> {
  await page.evaluate('localStorage.removeItem("front-door.tour")');
  await page.goto("/browse");
  await page.getByRole("region", { name: "Start here" }).waitFor();
  await untilLoaded(page);
}

async function palette(page: Page): Promise<void> {
  await visit(page, "/browse/main/sales");
  await untilLoaded(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type("or");
}

async function status(page: Page): Promise<void> {
  await visit(page, "/status");
  await page.getByText("500,000 characters").waitFor();
  await untilLoaded(page);
}

async function gatewayAway(page: Page): Promise<void> {
  const json = {
    error_code: "GATEWAY_UNAVAILABLE",
    error: "The gateway cannot be reached.",
    status: 503,
    retryable: true,
    request_id: "2f1c7a52-6f0e-4d6b-9f6e-0a4b5d1c8e11",
  };
  await page.route(identity, async (route) => route.fulfill({ status: 503, json }));
  await page.goto("/status");
  await page.getByText("The gateway is away").first().waitFor();
}
