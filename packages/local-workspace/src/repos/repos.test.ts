import { expect, test } from "vitest";
import { startForTest } from "../../test/under-test.ts";

test.each([{ branch: "constructor" }, { branch: "__proto__" }, { tag: "toString" }])(
  "%j is no branch and no tag of a Git folder, and the workspace starts again",
  async (body) => {
    const first = await startForTest();
    const [repo] = (await first.call("GET", "/api/2.0/repos")).json.repos;
    const answer = await first.call("PATCH", `/api/2.0/repos/${repo.id}`, { body });
    expect([answer.status, answer.json.error_code]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
    await first.workspace.close();
    const second = await startForTest({ dir: first.dir });
    expect((await second.call("GET", `/api/2.0/repos/${repo.id}`)).json).toEqual(repo);
  },
);
