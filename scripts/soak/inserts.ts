import type { Judge } from "./judge.ts";
import type { Lane } from "./lane.ts";
import type { WorkspaceUnderSoak } from "./workspace-under-soak.ts";

const table = "main.default.soak";

/** Rows that callers have inserted, each with a number of its own, and what they were told about it. */
export class Inserts {
  readonly #told = new Map<string, { identity: string; became: "acknowledged" | "failed" | "unknown" }>();

  async makeTable(workspace: WorkspaceUnderSoak, token: string): Promise<void> {
    await workspace.rows(`CREATE TABLE ${table} (who STRING, mark STRING)`, token);
  }

  async insert(lane: Lane): Promise<void> {
    const mark = lane.mark();
    const reply = await lane.send({
      method: "POST",
      path: "/api/query",
      body: {
        sql: `INSERT INTO ${table} VALUES (current_user(), :mark)`,
        params: { mark },
      },
      mayRunTwice: false,
      streams: true,
    });
    const became =
      reply.kind === "ok" ? "acknowledged" : reply.kind === "failed" && !reply.unknown ? "failed" : "unknown";
    this.#told.set(mark, { identity: lane.caller.identity, became });
    lane.judge.count(`inserts: ${became}`);
  }

  /** Looks at the table itself: none lost, doubled, or of somebody else. */
  async compare(judge: Judge, workspace: Pick<WorkspaceUnderSoak, "rows">, token: string): Promise<void> {
    const rows = await workspace.rows(
      `SELECT mark, max(who), min(who), count(*) FROM ${table} GROUP BY mark`,
      token,
    );
    const found = new Map(rows.map(([mark, ...rest]) => [mark ?? "", rest]));
    for (const [mark, { identity, became }] of this.#told) {
      const [who, alsoWho, times = "0"] = found.get(mark) ?? [];
      found.delete(mark);
      const isRight =
        became === "acknowledged"
          ? times === "1"
          : became === "failed"
            ? times === "0"
            : times === "0" || times === "1";
      const isOwn = times === "0" || (who === identity && alsoWho === identity);
      judge.expect(isRight && isOwn, `insert ${became}`, () => [mark, identity, who, times]);
    }
    judge.expect(found.size === 0, "insert: rows that nobody sent", () => [...found]);
  }
}
