import type { CDPSession, Page } from "playwright-core";
import { parquetOf } from "./parquet-of.ts";
import type { View } from "./view.ts";
import { untilLoaded, visit } from "./visit.ts";

const volume = "/files/main/default/files";

/** The files that the views show, by their paths. Those that a browser draws are drawn on the page. */
export async function filesOfViews(page: Page): Promise<ReadonlyMap<string, Buffer>> {
  const trips = `SELECT i AS trip_id, TIMESTAMP '2016-01-01' + i * INTERVAL 97 SECOND AS picked_up_at,
    (2.5 + i % 37 * 0.75)::DECIMAL(10,2) AS fare, ['card', 'cash', 'app'][i % 3 + 1] AS paid_by FROM range(0, 5000) t(i)`;
  const cities = ["Oslo", "Lisbon", "Kyoto", "Bergen, NO", "Quito", "Tallinn"];
  const orders = Array.from({ length: 400 }, (_, index) => {
    const day = `2026-0${(index % 9) + 1}-${String((index % 28) + 1).padStart(2, "0")}`;
    const amount = ((index * 7.25) % 500).toFixed(2);
    return `${1_000 + index},${day},"${cities[index % 6]}",${amount},${index % 4 === 0 ? "open" : "paid"}`;
  });
  await page.setContent(
    `<body style="margin:0;height:300px;background:linear-gradient(#f2c14e,#d1495b 55%,#2e4057)"><h1>Handbook</h1>`,
  );
  const files: readonly (readonly [path: string, content: string | Buffer])[] = [
    ["2026/march.txt", "Report for March 2026\n"],
    ["drafts/april.txt", "Not yet.\n"],
    ["archive.tar.gz", Buffer.alloc(1_400_000, 7)],
    ["handbook.pdf", await page.pdf({ width: "480px", height: "640px" })],
    ["map.png", await page.screenshot({ clip: { x: 0, y: 0, width: 480, height: 300 } })],
    ["notes.md", "# Notes\n\n- Fares rose in March.\n- Zip 10001 has most trips.\n"],
    ["orders.csv", `order_id,day,city,amount,state\n${orders.join("\n")}\n`],
    ["schema.json", '{"table":"trips","columns":[{"name":"fare","type":"DECIMAL(10,2)"}]}'],
    ["trips.parquet", await parquetOf(trips)],
  ];
  return new Map(
    files.map(([path, content]) => [`/Volumes/main/default/files/reports/${path}`, Buffer.from(content)]),
  );
}

export const filesViews: readonly View[] = [
  { name: "files-volumes", show: async (page) => openFolder(page, "/files", "exports") },
  { name: "files", show: openReports },
  {
    name: "files-not-found",
    isAlike: true,
    show: async (page) => openFolder(page, `${volume}/reports/none`, "Not found"),
  },
  { name: "files-selected", show: async (page) => select(page, ["map.png", "orders.csv"]) },
  { name: "files-upload-menu", show: uploadMenu, leave: escape },
  uploadView(),
  {
    name: "files-new-folder",
    isAlike: true,
    show: async (page) => dialog(page, [], "New folder"),
    leave: escape,
  },
  { name: "files-move", show: async (page) => dialog(page, ["map.png"], "Rename or move"), leave: escape },
  { name: "files-delete", show: async (page) => dialog(page, ["2026", "map.png"], "Delete"), leave: escape },
  { name: "files-csv", show: async (page) => preview(page, "orders.csv", "td") },
  { name: "files-parquet", show: async (page) => preview(page, "trips.parquet", "td") },
  { name: "files-text", show: async (page) => preview(page, "notes.md", "pre") },
  { name: "files-image", isAlike: true, show: async (page) => preview(page, "map.png", "img") },
  { name: "files-pdf", show: async (page) => preview(page, "handbook.pdf", "a[target]") },
  { name: "files-no-preview", isAlike: true, show: async (page) => preview(page, "archive.tar.gz", "p") },
];

async function openFolder(page: Page, address: string, name: string): Promise<void> {
  await visit(page, address);
  await page.locator("main").getByText(name).first().waitFor();
  await untilLoaded(page);
}

async function openReports(page: Page): Promise<void> {
  // From elsewhere, so that nothing is selected.
  await visit(page, "/files");
  await openFolder(page, `${volume}/reports`, "trips.parquet");
}

async function select(page: Page, names: readonly string[]): Promise<void> {
  await openReports(page);
  for (const name of names) {
    await page.locator(`[role="row"]:has(a:text-is("${name}")) [role="gridcell"]`).first().click();
  }
}

async function uploadMenu(page: Page): Promise<void> {
  await openReports(page);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("menuitem").first().waitFor();
}

/** One upload whose file exists already, and one that is under way. */
function uploadView(): View {
  let session: CDPSession | undefined;
  const bytesPerSecond = async (uploadThroughput: number) =>
    session?.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  const show = async (page: Page) => {
    await openFolder(page, `${volume}/reports/2026`, "march.txt");
    session = await page.context().newCDPSession(page);
    await bytesPerSecond(200_000);
    const files = [
      { name: "march.txt", mimeType: "text/plain", buffer: Buffer.from("Report\n") },
      {
        name: "trips-2015.parquet",
        mimeType: "application/octet-stream",
        buffer: Buffer.alloc(6_000_000, 7),
      },
    ];
    await page.locator("input[type=file]").first().setInputFiles(files);
    const panel = page.getByRole("region", { name: "Transfers" });
    await panel.getByRole("button", { name: "Replace" }).waitFor();
    await panel.getByText(/^[1-9].* of 5\.7 MiB$/).waitFor();
  };
  const leave = async (page: Page) => {
    await page.getByRole("button", { name: "Cancel trips-2015.parquet" }).click();
    await bytesPerSecond(-1);
    await session?.detach();
    // The list of transfers goes with the page.
    await page.goto("/files");
  };
  return { name: "files-upload", show, leave };
}

async function dialog(page: Page, names: readonly string[], action: string): Promise<void> {
  await select(page, names);
  await page.getByRole("button", { name: action, exact: true }).click();
  await page.locator('[role$="dialog"]').waitFor();
  await untilLoaded(page);
}

async function preview(page: Page, name: string, content: string): Promise<void> {
  await visit(page, `${volume}/reports?file=${name}`);
  await page.getByRole("dialog", { name }).locator(content).first().waitFor();
  await untilLoaded(page);
}

async function escape(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
}
