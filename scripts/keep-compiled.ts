import { flushCompileCache } from "node:module";
import { beforeAll } from "vitest";

// What Node has compiled goes to disk as soon as a test file is loaded, not at the end of the worker: in a fresh clone the
// processes that the tests start would compile the same sources again.
beforeAll(() => flushCompileCache());
