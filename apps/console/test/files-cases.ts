import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, type Stack, tokens, volume } from "@front-door/api/test/start-stack";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parquetOf } from "./parquet-of.ts";
import { visit } from "./visit.ts";

/** One pixel. */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const bytes = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7) % 256));

/** What the Files pages can do. The product and the browser are those of console.browser.test.ts. */
export function filesCases(given: () => { readonly stack: Stack; readonly page: Page }): void {
  let dir: string;
  let stack: Stack;
  let page: Page;

  beforeAll(async () => {
    ({ stack, page } = given());
    dir = await mkdtemp(join(tmpdir(), "front-door-files-"));
    await mkdir(join(dir, "export/2026"), { recursive: true });
    await mkdir(join(dir, "export/none"));
    await writeFile(join(dir, "export/a.csv"), 'id,city\n1,Oslo\n2,"Bergen, NO"\n');
    await writeFile(join(dir, "export/2026/b.bin"), bytes);
  });
  afterAll(() => rm(dir, { recursive: true }));

  /** A folder that has not been shown before, or has not been changed since by anybody else. */
  const open = async (folder: string) => {
    await visit(page, `/files/main/default/files${folder}`);
    await page.locator('[role="row"][aria-rowindex="2"], [role="grid"] p:has-text("empty")').waitFor();
  };
  const load = async (folder = "") => {
    await page.goto(`/files/main/default/files${folder}`);
    await page.locator('[role="row"][aria-rowindex="2"], [role="grid"] p:has-text("empty")').waitFor();
  };
  const put = (path: string, body: string | Buffer) =>
    stack.call("PUT", at("/api/files", `${volume}/${path}`), { body });
  const stored = async (path: string) =>
    (await stack.call("GET", at("/api/files", `${volume}/${path}`))).bytes;
  const names = async (path: string) => {
    const { json } = await stack.call("GET", at("/api/directories", `${volume}/${path}`));
    return (json.contents as { name: string }[]).map(({ name }) => name).toSorted();
  };
  const row = (name: string) => page.locator(`[role="row"]:has(a:text-is("${name}"))`);
  const tick = (name: string) => row(name).locator('[role="gridcell"]').first().click();
  const click = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const panel = () => page.getByRole("region", { name: "Transfers" });
  const pick = (files: Parameters<Page["setInputFiles"]>[1]) =>
    page.locator("input[type=file]").first().setInputFiles(files);
  const closeTransfers = () => click("Close the list of transfers");

  it("a folder that is dropped is uploaded with all that is in it, and again beside itself", async () => {
    await load();
    await drop(page, join(dir, "export"));
    await panel().getByText("2 files uploaded").waitFor();
    await row("export").waitFor();
    expect(await names("export")).toEqual(["2026", "a.csv", "none"]);
    expect(await stored("export/2026/b.bin")).toEqual(bytes);
    await drop(page, join(dir, "export"));
    await panel().getByText("2 files exist already.").waitFor();
    await click("Keep both of all");
    await panel().getByText("4 files uploaded").waitFor();
    expect(await names("export/2026")).toEqual(["b (2).bin", "b.bin"]);
    await closeTransfers();
  });

  it("by keyboard alone files are chosen, uploaded, and replaced", async () => {
    await open("/export");
    await page.getByRole("button", { name: "Upload" }).focus();
    // Begun early: the browser asks the test in place of the person from then on.
    const choosing = page.waitForEvent("filechooser");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Files…");
    await page.keyboard.press("Enter");
    const chooser = await choosing;
    await chooser.setFiles(file("a.csv", Buffer.from("id\n7\n")));
    const replace = panel().getByRole("button", { name: "Replace" });
    await replace.focus();
    await page.keyboard.press("Enter");
    await panel().getByText("1 file uploaded").waitFor();
    expect(String(await stored("export/a.csv"))).toBe("id\n7\n");
    await closeTransfers();
  });

  it("an upload shows how far it is, pauses, goes on, can be cancelled, and says why it failed", async () => {
    const large = Buffer.alloc(3_000_000, 7);
    const cdp = await page.context().newCDPSession(page);
    const bytesPerSecond = (uploadThroughput: number) =>
      cdp.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await open("/export");
    await bytesPerSecond(1_000_000);
    await pick([file("large.bin", large), file("other.bin", large)]);
    await panel()
      .getByText(/^[1-9].* of 2\.9 MiB$/)
      .first()
      .waitFor();
    await click("Cancel other.bin");
    await click("Pause large.bin");
    await panel().getByText("Paused, 2.9 MiB").waitFor();
    expect(await names("export")).not.toContain("large.bin");
    const warnsWhoLeaves = () =>
      page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))");
    expect(await warnsWhoLeaves()).toBe(true);
    await bytesPerSecond(-1);
    await cdp.detach();
    await click("Resume large.bin");
    await panel().getByText("1 file uploaded").waitFor();
    expect((await stored("export/large.bin")).equals(large)).toBe(true);
    expect(await names("export")).not.toContain("other.bin");

    stack.workspace.addFault({ method: "PUT", path: "/api/2.0/fs/files/*", status: 403, times: 1 });
    await click("Upload other.bin again");
    await panel().getByText(", 1 failed").waitFor();
    await click("Upload other.bin again");
    await panel().getByText("2 files uploaded", { exact: true }).waitFor();
    expect(await warnsWhoLeaves()).toBe(false);
    await closeTransfers();
  });

  it("a CSV and a Parquet file are shown as rows, and a text, JSON and an image as what they are", async () => {
    await put("shown/a.csv", 'id,city\n1,Oslo\n2,"Bergen, NO"\n');
    await put("shown/a.json", '{"id":9007199254740993}');
    await put("shown/a.md", "# Title");
    await put("shown/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>');
    await put("shown/a.pdf", "%PDF-1.4");
    await put("shown/a.png", Buffer.from(png, "base64"));
    await put(
      "shown/a.parquet",
      await parquetOf("SELECT i AS id, (i * 1.5)::DECIMAL(20,2) AS fare FROM range(0, 500) t(i)"),
    );
    await put("shown/b.log", `${"line".repeat(20)}\n`.repeat(20_000));
    await open("/shown");
    const show = async (name: string) => {
      await page.keyboard.press("Escape");
      await row(name).locator("a").click();
      await page.getByRole("dialog", { name }).waitFor();
    };
    const cells = () => page.locator("td").allTextContents();
    await row("a.csv").locator("a").click();
    await expect.poll(cells).toEqual(["1", "Oslo", "2", "Bergen, NO"]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('role')")).toBe("grid");

    await show("a.parquet");
    await expect.poll(async () => (await cells()).slice(0, 4)).toEqual(["0", "0.00", "1", "1.50"]);
    await page.getByText("The first 100 rows of 500.").waitFor();
    await page.getByRole("tab", { name: "Schema" }).click();
    await expect.poll(cells).toEqual(["id", "BIGINT", "fare", "DECIMAL(20,2)"]);

    await show("a.json");
    await expect.poll(() => page.textContent("pre")).toBe('{\n  "id": 9007199254740993\n}');
    await show("b.log");
    await page.getByText("The first 1 MiB of 1.5 MiB.").waitFor();
    await show("a.png");
    await expect
      .poll(() => page.evaluate("document.querySelector('[role=dialog] img')?.naturalWidth"))
      .toBe(1);
    await show("a.svg");
    await expect.poll(() => page.textContent("pre")).toContain("<svg");
    await show("a.pdf");
    const link = page.getByRole("link", { name: "Open in a new tab" });
    const shown = [link.getAttribute("href"), link.getAttribute("target"), link.getAttribute("rel")];
    expect(await Promise.all(shown)).toEqual([
      `${at("/api/files", `${volume}/shown/a.pdf`)}&disposition=inline`,
      "_blank",
      "noopener",
    ]);
    expect(await page.locator("iframe, embed, object").count()).toBe(0);
  });

  it("a name shows what cannot be seen in it", async () => {
    await put("names/invoice\u202efdp.exe", "x");
    await open("/names");
    const name = "invoice\\u{202e}fdp.exe";
    await page.getByRole("link", { name, exact: true }).click();
    const dialog = page.getByRole("dialog", { name, exact: true });
    await expect.poll(() => dialog.count()).toBe(1);
  });

  it("a download is the file, byte for byte, whoever signs in", async () => {
    await put("b.bin", bytes);
    const download = async () => {
      await load();
      // A browser without this, as Firefox is: Chromium's own dialog cannot be answered here.
      await page.evaluate("delete globalThis.showSaveFilePicker");
      await tick("b.bin");
      const [begun] = await Promise.all([page.waitForEvent("download"), click("Download")]);
      expect(begun.suggestedFilename()).toBe("b.bin");
      return readFile(await begun.path());
    };
    expect(await download()).toEqual(bytes);
    const credential = JSON.stringify({ token: tokens.alice });
    await page.evaluate((text) => sessionStorage.setItem("front-door.credential", text), credential);
    expect(await download()).toEqual(bytes);
    await panel().getByText("Downloaded, 2.9 KiB").waitFor();
    await page.evaluate("sessionStorage.clear()");
  });

  it("downloads of a person with a token are all shown, can all be cancelled, and end with the sign-out", async () => {
    for (const name of ["a.bin", "b.bin", "c.bin"]) await put(`saved/${name}`, bytes);
    const credential = JSON.stringify({ token: tokens.alice });
    await page.evaluate((text) => sessionStorage.setItem("front-door.credential", text), credential);
    await load("/saved");
    const asked: string[] = [];
    // Nothing is answered, so that each file is on its way until somebody ends it.
    await page.route(/\/api\/files\?/, (route) => void asked.push(route.request().method()));
    await page.getByRole("checkbox", { name: "Select all" }).click();
    await click("Download");
    await panel().getByText("Waiting, 2.9 KiB").nth(1).waitFor();
    await click("Cancel all");
    await panel().getByText("Cancelled").nth(2).waitFor();
    await closeTransfers();
    expect(asked).toEqual(["GET"]);

    await pick(["a", "b", "c", "d"].map((name) => file(`new-${name}.txt`, bytes)));
    await panel().getByText("Waiting, 2.9 KiB").waitFor();
    await expect.poll(() => asked).toEqual(["GET", "PUT", "PUT", "PUT"]);
    await page.getByRole("link", { name: "Status" }).click();
    await click("Sign out");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("link", { name: "Files" }).click();
    await page.locator('a[href="/files/main/default/files"]').click();
    await page.getByRole("grid").waitFor();
    expect([await panel().count(), asked.length]).toEqual([0, 4]);
    await page.unroute(/\/api\/files\?/);
  });

  it("in a narrow window the drawer's buttons have their names", async () => {
    await put("narrow/a.txt", "a");
    await open("/narrow");
    await page.setViewportSize({ width: 360, height: 640 });
    await row("a.txt").locator("a").click();
    const download = page.getByRole("dialog").getByRole("button", { name: "Download", exact: true });
    await expect.poll(() => download.count()).toBe(1);
  });

  it("by keyboard alone folders are made, moved with what is in them, and deleted after a count", async () => {
    await put("work/in/a.txt", "a");
    await put("work/in/deep/b.txt", "bb");
    await open("/work");
    await page.getByRole("button", { name: "New folder" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New folder" }).locator("input:focus").waitFor();
    await page.keyboard.type("new");
    await page.keyboard.press("Enter");
    await row("new").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.getAttribute('role')")).toBe("grid");

    for (const key of ["Home", "F2"]) await page.keyboard.press(key);
    await page.getByRole("dialog", { name: "Rename or move “in”" }).waitFor();
    await page.getByRole("dialog").getByLabel("Folder").focus();
    await page.keyboard.press("End");
    await page.keyboard.type("/new");
    await page.keyboard.press("Enter");
    await expect.poll(() => names("work")).toEqual(["new"]);
    expect(await names("work/new/in")).toEqual(["a.txt", "deep"]);
    expect(String(await stored("work/new/in/deep/b.txt"))).toBe("bb");

    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    for (const key of ["Home", "Delete"]) await page.keyboard.press(key);
    await page.getByText("2 files and 3 folders, 3 bytes in all, will be deleted for good.").waitFor();
    for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
    await page.getByText("This folder is empty").waitFor();
    expect(await names("work")).toEqual([]);
    await page.keyboard.press("Backspace");
    await expect.poll(() => new URL(page.url()).pathname).toBe("/files/main/default/files");
    await page.waitForSelector('[role="row"][data-active]:has-text("work")');
  });

  it("a move asks before it makes a folder, and before it replaces a file", async () => {
    await put("two/a.txt", "new");
    await put("two/there/a.txt", "old");
    await open("/two");
    await tick("a.txt");
    await click("Rename or move");
    await page.getByRole("dialog").getByLabel("Folder").fill(`${volume}/two/nowhere`);
    await page.getByRole("dialog").getByRole("button", { name: "Move", exact: true }).click();
    await page.getByRole("button", { name: "Make it and move" }).waitFor();
    expect(await names("two")).toEqual(["a.txt", "there"]);
    await page.getByRole("dialog").getByLabel("Folder").fill(`${volume}/two/there`);
    await page.getByRole("dialog").getByRole("button", { name: "Move", exact: true }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(String(await stored("two/there/a.txt"))).toBe("old");
    await click("Replace");
    await expect.poll(() => names("two")).toEqual(["there"]);
    expect(String(await stored("two/there/a.txt"))).toBe("new");
  });

  it("a move that is under way stays open, shows what failed, and then moves only that", async () => {
    for (const name of ["a.txt", "b.txt"]) await put(`running/${name}`, name);
    await put("running/there/x.txt", "x");
    await load();
    await row("running").locator("a").click();
    await row("a.txt").waitFor();
    for (const name of ["a.txt", "b.txt"]) await tick(name);
    const dialog = page.getByRole("dialog");
    const moveAll = () => dialog.getByRole("button", { name: "Move", exact: true }).click();
    await click("Move");
    await dialog.getByLabel("Folder").fill(`${volume}/running/there`);
    const held = Promise.withResolvers<undefined>();
    await page.route("**/api/files/move**", async (route) => {
      await held.promise;
      await route.continue();
    });
    stack.workspace.addFault({ method: "PUT", path: "/api/2.0/fs/files/*", status: 403, times: 1 });
    await moveAll();
    await dialog.getByText("Moving… 0 done").waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await page.evaluate("history.back()");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    held.resolve(undefined);
    await dialog.getByRole("alert").waitFor();
    expect(new URL(page.url()).pathname).toBe("/files/main/default/files/running");
    expect((await names("running/there")).length).toBe(2);
    await moveAll();
    await expect.poll(() => names("running")).toEqual(["there"]);
    expect(await names("running/there")).toEqual(["a.txt", "b.txt", "x.txt"]);
    await page.unroute("**/api/files/move**");
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it("a dialog of a folder closes when one leaves the folder", async () => {
    await put("left/below/a.txt", "a");
    await open("/left");
    await row("below").locator("a").click();
    await row("a.txt").waitFor();
    await tick("a.txt");
    await click("Delete");
    await page.getByRole("alertdialog").waitFor();
    await page.goBack();
    await row("below").waitFor();
    await expect.poll(() => page.getByRole("alertdialog").count()).toBe(0);
  });

  it("the list is sorted by a column, filtered by what is typed, and chosen from in ranges", async () => {
    for (const [name, size] of [
      ["a2", 3],
      ["a10", 2],
      ["b1", 1],
    ] as const)
      await put(`sorted/${name}`, "x".repeat(size));
    await open("/sorted");
    const shown = () => page.locator('[role="row"] a').allTextContents();
    await expect.poll(shown).toEqual(["a2", "a10", "b1"]);
    await page.getByRole("columnheader", { name: "Size" }).getByRole("button").click();
    await expect.poll(shown).toEqual(["a2", "a10", "b1"]);
    await page.getByRole("columnheader", { name: "Size" }).getByRole("button").click();
    await expect.poll(shown).toEqual(["b1", "a10", "a2"]);
    await page.getByRole("grid").focus();
    for (const key of ["Home", "Shift+ArrowDown"]) await page.keyboard.press(key);
    await page.getByText("2 selected, 3 bytes").waitFor();
    await page.keyboard.type("a1");
    await expect.poll(shown).toEqual(["a10"]);
    await page.keyboard.press("Escape");
    await expect.poll(shown).toEqual(["b1", "a10", "a2"]);
  });
}

function file(name: string, buffer: Buffer) {
  return { name, mimeType: "application/octet-stream", buffer };
}

/** Drops what is at a path of this machine on the list, as a person does. */
async function drop(page: Page, path: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const box = await page.getByRole("grid").boundingBox();
  const at = { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 100 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await cdp.send("Input.dispatchDragEvent", { type, ...at, data });
  }
  await cdp.detach();
}
