import { expect, test } from "vitest";
import { processEnvironments } from "./process-environments.ts";
import { type ProcessName, runProduct } from "./run-product.ts";
import { Supervisor } from "./supervisor.ts";

const serves = `process.send({ listening: "http://127.0.0.1:1" }); setInterval(() => undefined, 1e6);`;
/** What a server does whose port another program has. */
const refuses = "process.exit(2);";

// That each process says which port is in use is in its own tests.
test.each<ProcessName>(["local workspace", "databricks-gateway", "api"])(
  "the product ends with exit code 2 when the port of the %s is in use, and does not say that the front door is open",
  async (refused) => {
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const ended = runProduct({
      environments: processEnvironments({
        root: "/nowhere",
        environment: { READY_TIMEOUT_MS: "120000" },
        files: { api: {}, gateway: {}, apiFile: "/nowhere/settings.env" },
        socket: "/nowhere/gateway.sock",
      }),
      supervisor: new Supervisor({ say }),
      say,
      programOf: (name) => ({ args: ["--eval", name === refused ? refuses : serves] }),
      // Whoever has the port may answer.
      isReady: async () => true,
    });
    expect(await ended).toBe(2);
    expect(lines).toContain(`${refused} ended (exit code 2): stopping everything.`);
    expect(lines.join("\n")).not.toContain("is open");
  },
);
