import { jsonOf, type Lane } from "./lane.ts";

/** Rows that only this request can have: who runs it, its mark, and numbers that are computed here too. */
export interface OwnRows {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly mark: string;
  readonly rowCount: number;
  valueAt(row: number): number;
}

export function ownRows(lane: Lane, rowsMax: number): OwnRows {
  const { random } = lane;
  const mark = lane.mark();
  const [factor, offset] = [random.between(1, 1_000), random.between(0, 1_000_000)];
  const rowCount = random.between(1, rowsMax);
  return {
    sql: `SELECT current_user() AS who, :mark AS mark, id * :factor + :offset AS value FROM range(0, ${rowCount}) ORDER BY id`,
    params: { mark, factor, offset },
    mark,
    rowCount,
    valueAt: (row) => row * factor + offset,
  };
}

/** Compares every cell. Returns whether these are all of the rows, and no others. */
export function expectRows(lane: Lane, what: string, own: OwnRows, rows: readonly unknown[][]): void {
  const { identity } = lane.caller;
  const at = rows.findIndex(
    ([who, mark, value], row) => who !== identity || mark !== own.mark || Number(value) !== own.valueAt(row),
  );
  lane.judge.count("rows compared", rows.length);
  lane.judge.expect(at === -1 && rows.length === own.rowCount, `${what}: other rows`, () => ({
    expected: [identity, own.mark, own.rowCount],
    found: [rows.length, at, rows[Math.max(at, 0)]],
  }));
}

/** A small query, as one JSON document. */
export async function queryOnce(lane: Lane): Promise<void> {
  const own = ownRows(lane, 50);
  const reply = await lane.send({
    method: "POST",
    path: "/api/query",
    body: { sql: own.sql, params: own.params },
    mayRunTwice: true,
    streams: true,
  });
  if (reply.kind !== "ok") return;
  expectRows(lane, "query", own, (jsonOf(lane, "query", reply.body)?.["rows"] ?? []) as unknown[][]);
}

/** A large result as lines: either whole, or visibly cut. */
export async function queryLines(lane: Lane): Promise<void> {
  const own = ownRows(lane, 20_000);
  const reply = await lane.send({
    method: "POST",
    path: "/api/query",
    body: { sql: own.sql, params: own.params },
    headers: { accept: "application/x-ndjson" },
    mayRunTwice: true,
    streams: true,
    timeoutMs: 30_000,
  });
  if (reply.kind !== "ok") return;
  const lines = reply.body.toString().trimEnd().split("\n");
  const last = jsonOf(lane, "lines", Buffer.from(lines.at(-1) ?? ""));
  if (last === undefined) return;
  if (typeof last["error_code"] === "string") {
    lane.judge.count(`results that end with an error: ${last["error_code"]}`);
    return;
  }
  lane.judge.expect(
    last["complete"] === true && last["row_count"] === own.rowCount,
    "lines: the last one",
    () => last,
  );
  const rows = lines.slice(1, -1).map((line) => JSON.parse(line) as unknown[]);
  expectRows(lane, "lines", own, rows);
}
