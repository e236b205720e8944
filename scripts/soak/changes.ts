import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Caller, credentialOf, gatewayPrincipal, newKey, replaceFile, writeKeys } from "./callers.ts";
import type { Judge } from "./judge.ts";
import type { Pace } from "./pace.ts";
import type { Killed, ProductUnderSoak } from "./product-under-soak.ts";
import type { Random } from "./random.ts";

/** The file with the keys is looked at once a second. */
const noticedMs = 2_500;
/** Nearly everything that was sent with the credential of before has ended by then. */
const graceMs = 3_000;

/**
 * Kills one of the two processes again and again, by SIGTERM or SIGKILL. The other one lives on, so that what it keeps of each
 * death can be seen to grow. Now and then the SQL warehouse loses its sessions.
 */
export async function killProcesses(
  product: ProductUnderSoak,
  killed: Killed,
  random: Random,
  judge: Judge,
  { everyMs, isOver }: Pace,
): Promise<void> {
  for (await sleep(everyMs); !isOver(); await sleep(everyMs)) {
    const signal = random.pick(["SIGTERM", "SIGKILL"] as const);
    judge.count(`kills: ${killed} by ${signal}`);
    await product.kill(killed, signal);
    if (random.next() < 0.3) {
      judge.count("lost SQL sessions");
      await product.workspace.loseSqlSessions();
    }
  }
}

/** Replaces one credential after another, each without a moment in which none is good, and revokes the one before. */
export async function rotateCredentials(
  product: ProductUnderSoak,
  callers: readonly Caller[],
  judge: Judge,
  { everyMs, isOver }: Pace,
): Promise<void> {
  const users = callers.filter(({ token }) => token !== undefined);
  for (let turn = 0; !isOver(); turn += 1) {
    const rotations = [
      () => rotateClientSecret(product),
      () => rotateKey(product, callers, inTurn(callers, turn), judge),
      () => rotateToken(product, inTurn(users, turn), judge),
    ];
    await inTurn(rotations, turn)();
    judge.count(`rotations: ${inTurn(["the gateway's secret", "an API key", "a user's token"], turn)}`);
    await sleep(everyMs);
  }
}

async function rotateClientSecret({ workspace, folder }: ProductUnderSoak): Promise<void> {
  const clientSecret = `secret-${randomBytes(16).toString("hex")}`;
  const { applicationId } = gatewayPrincipal;
  await workspace.changeCredentials({ setClientSecret: { applicationId, clientSecret } });
  replaceFile(join(folder, "client-secret"), clientSecret);
  await sleep(noticedMs);
  await workspace.changeCredentials({ revokeIssuedTokensOf: { principal: applicationId } });
}

async function rotateKey(
  product: ProductUnderSoak,
  callers: readonly Caller[],
  caller: Caller,
  judge: Judge,
): Promise<void> {
  const file = join(product.folder, "keys.jsonl");
  const { credential } = caller;
  const next = newKey();
  writeKeys(file, callers, [{ name: caller.name, key: next }]);
  await sleep(noticedMs);
  caller.key = next;
  caller.credential = credentialOf(next, caller.token);
  await sleep(graceMs);
  credential.refusedSince = performance.now();
  writeKeys(file, callers);
  await sleep(noticedMs);
  await expectRefused(product, credential.headers, "an API key that was replaced", judge);
}

async function rotateToken(product: ProductUnderSoak, caller: Caller, judge: Judge): Promise<void> {
  const { credential, token, identity } = caller;
  const next = `token-${randomBytes(16).toString("hex")}`;
  await product.workspace.changeCredentials({ addToken: { principal: identity, token: next } });
  caller.token = next;
  caller.credential = credentialOf(caller.key, next);
  await sleep(graceMs);
  credential.refusedSince = performance.now();
  if (token !== undefined) await product.workspace.changeCredentials({ revokeToken: token });
  await expectRefused(product, credential.headers, "a token that was revoked", judge);
}

/** Whoever still has it gets nothing: 401 or 403, or the failure of a fault. */
async function expectRefused(
  product: ProductUnderSoak,
  headers: Readonly<Record<string, string>>,
  what: string,
  judge: Judge,
): Promise<void> {
  const startedAt = performance.now();
  try {
    const reply = await fetch(`${product.origin}/api/me`, { headers });
    await reply.arrayBuffer();
    judge.expect(reply.status >= 400, `${what} is still good`, () => reply.status);
  } catch (error) {
    judge.expect(product.wasAway(startedAt), `${what}: the connection broke`, () => String(error));
  }
}

function inTurn<Each>(list: readonly Each[], turn: number): Each {
  const one = list[turn % list.length];
  if (one === undefined) throw new Error("the list is empty");
  return one;
}
