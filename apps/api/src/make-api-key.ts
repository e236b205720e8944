import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { hashApiKey, parseApiKeys } from "./sign-in/api-keys.ts";

const usage = `usage: ./scripts/api-key.sh NAME OPERATION... [--days N]
Makes an API key. The line for API_KEYS_FILE goes to standard output, and the key, which is shown this once, to standard
error. OPERATION is a name like read_file, a beginning like 'list_*', or '*' for all. --days: how long the key is valid.
  ./scripts/api-key.sh reporting 'list_*' execute_query --days 90 >>api-keys.jsonl`;

try {
  const { values, positionals } = parseArgs({
    options: { days: { type: "string" } },
    allowPositionals: true,
  });
  const [name, ...operations] = positionals;
  if (name === undefined || operations.length === 0)
    throw new Error("A name and at least one operation are needed.");
  const days = values.days === undefined ? undefined : Number(values.days);
  if (days !== undefined && !(days > 0 && days <= 36_500)) throw new Error("--days must be 1 to 36500");
  const key = `fdk_${randomBytes(32).toString("base64url")}`;
  const expires = days === undefined ? undefined : new Date(Date.now() + days * 86_400_000).toISOString();
  const line = JSON.stringify({ name, sha256: hashApiKey(key), operations, expires });
  // What the front door would not take is not handed out.
  parseApiKeys(line);
  process.stdout.write(`${line}\n`);
  process.stderr.write(`The key of ${name}, shown this once (header X-Api-Key):\n${key}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message.replace(/^line 1: /, "")}\n${usage}\n`);
  process.exitCode = 2;
}
