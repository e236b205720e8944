import { AsyncLocalStorage } from "node:async_hooks";

/** The origin by which the client of the running request addresses the workspace, also in what the request started. */
export const requestOrigin = new AsyncLocalStorage<string>();
