import { configDefaults, defineConfig } from "vitest/config";
import { LongFilesFirst } from "./scripts/long-files-first.ts";

/**
 * Long enough for a machine whose cores are all busy with something else. A test that passes never waits this long: it
 * waits for an event, and the limit only ends a test whose event never comes.
 */
const patienceMs = 60_000;

/** Those that need a browser: vitest.browser.config.ts. */
export const browserTests = "**/*.browser.test.ts";

export default defineConfig({
  test: {
    include: ["{apps,bench,packages,scripts}/**/*.test.ts"],
    exclude: [...configDefaults.exclude, browserTests],
    // A worker keeps the modules it has loaded, which halves the CPU time of the suite. So a test restores what it changes
    // outside itself: fake timers, the environment, trusted certificates, working folders.
    isolate: false,
    globalSetup: ["scripts/temporary-folder.ts"],
    setupFiles: ["scripts/trust-nobody.ts", "scripts/keep-compiled.ts"],
    // More than two cores, because some tests wait for a deadline or for another process. With nine, the same tests took a tenth
    // more CPU time.
    maxWorkers: 6,
    // Threads for the garbage collector would only take the cores from the other workers.
    execArgv: ["--single-threaded-gc"],
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 2 * patienceMs,
    hookTimeout: 2 * patienceMs,
    expect: { poll: { timeout: patienceMs, interval: 10 } },
    // The sources as Node itself loads them, without Vite: docs/decisions/0018-tests-in-node.md. nodeLoader is for vi.mock.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    restoreMocks: true,
    unstubEnvs: true,
  },
});
