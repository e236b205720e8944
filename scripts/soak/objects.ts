import { type Caller, gatewayPrincipal } from "./callers.ts";
import { jsonOf, type Lane } from "./lane.ts";
import type { WorkspaceUnderSoak } from "./workspace-under-soak.ts";

/** Which catalogs each identity sees. */
export type Catalogs = ReadonlyMap<string, readonly string[]>;

/** As the workspace itself says before the soak. */
export async function expectedCatalogs(
  workspace: WorkspaceUnderSoak,
  callers: readonly Caller[],
): Promise<Catalogs> {
  const found = new Map<string, readonly string[]>();
  for (const { identity, token = await workspace.signIn(gatewayPrincipal) } of callers) {
    const { catalogs } = (await workspace.get("/api/2.1/unity-catalog/catalogs", token)) as {
      catalogs: { name: string }[];
    };
    found.set(identity, catalogs.map(({ name }) => name).toSorted());
  }
  return found;
}

/** Who one is, and which catalogs one sees: another caller's answer shows at once. */
export async function askForObjects(lane: Lane, catalogs: Catalogs): Promise<void> {
  const { caller, judge, random } = lane;
  if (random.next() < 0.5) {
    const reply = await lane.send({ method: "GET", path: "/api/me", mayRunTwice: true });
    if (reply.kind !== "ok") return;
    const found = jsonOf(lane, "me", reply.body)?.["user_name"];
    judge.expect(found === caller.identity, "me: another identity", () => [caller.identity, found]);
    return;
  }
  const reply = await lane.send({ method: "GET", path: "/api/catalogs", mayRunTwice: true });
  if (reply.kind !== "ok") return;
  const list = (jsonOf(lane, "catalogs", reply.body)?.["catalogs"] ?? []) as { name: string }[];
  const names = list.map(({ name }) => name).toSorted();
  const expected = catalogs.get(caller.identity);
  judge.expect(String(names) === String(expected), "catalogs: not those of the caller", () => [
    caller.identity,
    names,
  ]);
}
