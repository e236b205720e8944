import { setTimeout as sleep } from "node:timers/promises";
import { callTool } from "./agents.ts";
import type { Files } from "./files.ts";
import { hangUp } from "./hang-up.ts";
import type { Inserts } from "./inserts.ts";
import type { Lane } from "./lane.ts";
import { askForObjects, type Catalogs } from "./objects.ts";
import { queryLines, queryOnce } from "./queries.ts";
import { submitAndCancel, submitAndRead } from "./statements.ts";

/** The mean pause between two requests of a lane: ten lanes send about 25 requests a second. */
const pauseMs = 350;

/** How often in proportion, and what. */
type Action = readonly [number, () => Promise<void>];

/** A lane, and what it has. */
export interface Owned {
  readonly lane: Lane;
  readonly other: Lane;
  readonly inserts: Inserts;
  readonly catalogs: Catalogs;
  readonly files: Files | undefined;
}

/** Sends one request after another until `isOver`. */
export async function drive(
  { lane, other, inserts, catalogs, files }: Owned,
  isOver: () => boolean,
): Promise<void> {
  const actions: Action[] = [
    [30, () => askForObjects(lane, catalogs)],
    [20, () => queryOnce(lane)],
    [4, () => queryLines(lane)],
    [6, () => callTool(lane)],
    [3, () => submitAndRead(lane, other)],
    [1, () => submitAndCancel(lane)],
    [2, () => hangUp(lane)],
  ];
  if (lane.caller.mayInsert) actions.push([8, () => inserts.insert(lane)]);
  if (files !== undefined) {
    actions.push([12, () => files.change()], [14, () => files.look()], [1, () => files.breakUpload()]);
  }
  const total = actions.reduce((sum, [weight]) => sum + weight, 0);
  while (!isOver()) {
    let left = lane.random.next() * total;
    const action = actions.find(([weight]) => {
      left -= weight;
      return left < 0;
    });
    await action?.[1]();
    await sleep(-Math.log(1 - lane.random.next()) * pauseMs);
  }
}
