import { expect } from "./report.ts";

const files = "/Volumes/main/default/files";

/** Calls every kind of route as a person would, and resolves to how many answered as they have to. */
export async function callRoutes(origin: string): Promise<string> {
  const file = `${origin}/api/files?path=${encodeURIComponent(`${files}/from the check.txt`)}`;
  const json = { "content-type": "application/json" };
  const post = (body: unknown, headers: Record<string, string> = json): RequestInit => ({
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const sql = {
    sql: "SELECT id, cast(id * :factor AS decimal(20,3)) AS product FROM range(0, 3)",
    params: { factor: 2 },
  };
  const calls: readonly (readonly [status: number, text: string, url: string, init?: RequestInit])[] = [
    [200, '"ok"', `${origin}/health`],
    [200, '"ready"', `${origin}/ready?deep=true`],
    [200, "user_name", `${origin}/api/me`],
    [200, '"main"', `${origin}/api/catalogs`],
    [200, '"default"', `${origin}/api/schemas?catalog=main`],
    [200, '"files"', `${origin}/api/volumes?catalog=main&schema=default`],
    [200, "tables", `${origin}/api/tables?catalog=main&schema=default`],
    [200, "warehouses", `${origin}/api/warehouses`],
    [201, "file_size", file, { method: "PUT", body: "hello" }],
    [200, "hello", file],
    [200, "from the check.txt", `${origin}/api/directories?path=${files}`],
    [204, "", file, { method: "DELETE" }],
    [200, '[2,"4.000"]', `${origin}/api/query`, post(sql)],
    [200, '"product"', `${origin}/api/query`, post(sql, { ...json, accept: "application/x-ndjson" })],
    [
      200,
      "ARROW",
      `${origin}/api/query`,
      post(sql, { ...json, accept: "application/vnd.apache.arrow.stream" }),
    ],
    [200, "[[40000]]", `${origin}/api/query`, post({ sql: "SELECT count(*) FROM samples.nyctaxi.trips" })],
    [
      200,
      "main.sales",
      `${origin}/api/settings/uc-schema`,
      { ...post({ schema: "main.sales" }), method: "PUT" },
    ],
    [200, '"3.1', `${origin}/openapi.json`],
    [404, "NOT_FOUND", `${origin}/api/nothing`],
  ];
  for (const [status, text, url, init] of calls) {
    const response = await fetch(url, init);
    const body = await response.text();
    const seen =
      text === "ARROW" ? response.headers.get("content-type")?.includes("arrow") : body.includes(text);
    expect(
      response.status === status && seen === true,
      `${init?.method ?? "GET"} ${url}: ${response.status} ${body.slice(0, 200)}`,
    );
  }
  return `${calls.length} calls answered`;
}
