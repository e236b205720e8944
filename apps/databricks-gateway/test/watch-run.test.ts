import type { LocalWorkspace } from "@front-door/local-workspace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { errorOf, type GatewayUnderTest, startGateway, startWorkspace, until } from "./gateway-under-test.ts";
import { pendingRun } from "./operations/make-jobs.ts";

let workspace: LocalWorkspace;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  workspace = await startWorkspace({ holdClock: true });
  gateway = await startGateway(workspace.url);
});
afterAll(async () => {
  await gateway.close();
  await workspace.close();
});
afterEach(() => workspace.clearFaults());

type Line = Record<string, unknown> & { readonly run?: { readonly state: object; readonly tasks: object[] } };

/** The lines of a watch as they come. */
async function watch(run: object, signal?: AbortSignal) {
  const { statusCode, body } = await gateway.open("watch_run", run, signal ? { signal } : {});
  expect(statusCode).toBe(200);
  const lines: Line[] = [];
  const end = (async () => {
    let text = "";
    for await (const chunk of body) {
      text += String(chunk);
      const whole = text.split("\n");
      text = whole.pop() ?? "";
      lines.push(...whole.map((line) => JSON.parse(line) as Line));
    }
  })();
  end.catch(() => {});
  return { lines, end };
}

const polls = () => workspace.requests().filter(({ path }) => path === "/api/2.2/jobs/runs/get").length;

test("a line comes at once, another one when the run has changed, and a last one when it has ended", async () => {
  const run = await pendingRun(gateway);
  const { lines, end } = await watch(run);
  await until(() => lines.length === 1, "the first line");
  expect(lines[0]?.run).toMatchObject({ ...run, state: { life_cycle_state: "PENDING" }, tasks: [{}] });
  const before = polls();
  await until(() => polls() > before, "another question");
  expect(lines).toHaveLength(1);

  workspace.stepClock(5_000);
  await end;
  // The task's file does not exist.
  expect(lines.at(-2)?.run).toMatchObject({
    state: { life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" },
  });
  expect(lines.at(-1)).toEqual({ complete: true, line_count: lines.length - 1 });
});

test("hanging up ends the question that is under way, and not the run", async () => {
  const run = await pendingRun(gateway);
  const controller = new AbortController();
  const { lines } = await watch(run, controller.signal);
  await until(() => lines.length === 1, "the first line");
  workspace.addFault({ path: "/api/2.2/jobs/runs/get", noReply: "silent" });
  await until(() => workspace.openRequests() === 1, "another question");
  controller.abort();
  await until(() => workspace.openRequests() === 0, "the question is ended");
  await until(
    () => gateway.log.some(({ op, status }) => op === "watch_run" && status === 499),
    "499 in the log",
  );
  workspace.clearFaults();
  expect((await gateway.run("get_run", run)).body.state.life_cycle_state).toBe("PENDING");
});

test("a failure between two lines is the last line, and one that passes is waited for", async () => {
  const run = await pendingRun(gateway);
  const { lines, end } = await watch(run);
  await until(() => lines.length === 1, "the first line");
  workspace.addFault({
    path: "/api/2.2/jobs/runs/get",
    times: 1,
    status: 429,
    headers: { "retry-after": "1" },
  });
  workspace.addFault({
    path: "/api/2.2/jobs/runs/get",
    nth: 2,
    status: 403,
    body: { error_code: "PERMISSION_DENIED", message: "No more." },
  });
  await end;
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ status: 403, error_code: "PERMISSION_DENIED", error: "No more." });
});

test("a run without a state is not watched for ever", async () => {
  const run = await pendingRun(gateway);
  workspace.addFault({ path: "/api/2.2/jobs/runs/get", status: 200, body: { run_id: 5 } });
  const answer = await gateway.run("watch_run", run);
  expect(
    errorOf({ ...answer, body: JSON.parse(answer.text.trim().split("\n").at(-1) ?? "") as object }),
  ).toMatchObject({
    error_code: "UPSTREAM_INVALID_RESPONSE",
  });
});
