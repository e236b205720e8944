import { defineConfig } from "vitest/config";

/** For `./scripts/live.sh`. */
export default defineConfig({
  test: {
    include: ["apps/databricks-gateway/test/live/*.live.ts"],
    reporters: ["verbose"],
    // One after another: a real workspace counts requests.
    sequence: { concurrent: false },
    hideSkippedTests: false,
  },
});
