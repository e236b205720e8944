import { flushCompileCache } from "node:module";
import { beforeAll } from "vitest";

// When a test file is loaded. What Node has compiled goes to disk now, not at the end of the worker: in a fresh clone the
// other workers and the hundreds of processes that the tests start would compile the same sources again.
beforeAll(() => flushCompileCache());
