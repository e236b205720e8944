import { flushCompileCache } from "node:module";

// Runs before each test file. What Node has compiled goes to disk now, not at the end of the worker: in a fresh clone the
// other workers and the hundreds of processes that the tests start would compile the same sources again.
flushCompileCache();
