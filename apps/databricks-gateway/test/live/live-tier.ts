import { type OperationName, operations } from "@front-door/operations";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import type { Answer, GatewayUnderTest } from "../gateway-under-test.ts";
import type { LiveCase, LiveContext } from "./live-case.ts";
import { liveCases } from "./live-cases.ts";
import { checkStatus, findPlace, type LiveWorkspace, removePlace } from "./live-place.ts";

export interface LiveOptions {
  /** Where the schema is made; undefined: in the first catalog that lets it. */
  readonly catalog?: string | undefined;
  /** What happens to a test of what the identity may not do. */
  readonly obstacles: "skip" | "fail";
}

const timeout = 5 * 60_000;
const setUpMs = 15 * 60_000;

const cases = Object.entries(liveCases) as [OperationName, LiveCase][];
const succeeding = cases.flatMap(([op, { call, expected }]) =>
  call === undefined ? [] : [{ op, call, expected }],
);
const missing = cases.flatMap(([op, { missing: params }]) => (params === undefined ? [] : [{ op, params }]));

/**
 * Tries every operation at a workspace that the run knows nothing about, in a schema of its own. What the identity may not do
 * is skipped, with Databricks' own words. Faults that only a stand-in makes (throttling, deadlines) are not part of it.
 */
export function addLiveTests(
  connect: () => Promise<GatewayUnderTest>,
  { catalog, obstacles }: LiveOptions,
): void {
  let gateway: GatewayUnderTest;
  let found: LiveWorkspace;
  beforeAll(async () => {
    gateway = await connect();
    found = await findPlace(gateway, catalog);
  }, setUpMs);
  afterAll(async () => {
    await removePlace(gateway, found);
    await gateway.close();
  }, setUpMs);

  const stopAt = ({ skip }: TestContext, obstacle = ""): never =>
    obstacles === "skip" ? skip(obstacle) : expect.fail(obstacle);
  const contextOf = (test: TestContext): LiveContext => ({
    gateway,
    get place() {
      return found.place ?? stopAt(test, found.obstacle);
    },
    get warehouseId() {
      return found.warehouseId ?? stopAt(test, found.obstacle);
    },
  });
  const answerTo = async (test: TestContext, call: NonNullable<LiveCase["call"]>): Promise<Answer> => {
    const answer = await call(contextOf(test));
    return answer.status === 403 ? stopAt(test, answer.body?.error) : answer;
  };

  test.for(succeeding)(
    "$op succeeds, and its reply is what the definition says",
    { timeout },
    async ({ op, call, expected }, test) => {
      const answer = await answerTo(test, call);
      checkStatus(answer, 200);
      expect(replyOf(op, answer)).toMatchObject(expected?.(contextOf(test)) ?? {});
    },
  );

  test.for(missing)("$op returns 404 for what does not exist", { timeout }, async ({ op, params }, test) => {
    const answer = await answerTo(test, (context) => gateway.run(op, params(context)));
    checkStatus(answer, 404);
    expect(answer.body).toMatchObject({ error_code: expect.stringMatching(/NOT_(FOUND|EXIST)$/) });
  });
}

/** Throws for JSON that its definition does not allow. Other replies are texts. */
function replyOf(op: OperationName, { headers, text, body }: Answer): object {
  return headers["content-type"]?.startsWith("application/json") === true
    ? operations[op].result.parse(body)
    : { text };
}
