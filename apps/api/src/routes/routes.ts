import type { JsonOperationName } from "@front-door/gateway-client";
import {
  definitionOf,
  genieEvent,
  type OperationName,
  operations,
  runLine,
  treeLine,
} from "@front-door/operations";
import { operationRoute } from "../routing/operation-route.ts";
import { type Route, tags } from "../routing/route.ts";
import { downloadFile, headFile } from "./file-download.ts";
import { uploadFile } from "./file-upload.ts";
import { linesRoute } from "./lines-route.ts";
import { openAiRoutes, queryServingEndpoint } from "./model-routes.ts";
import { rowsRoute } from "./rows-route.ts";
import { apiDocument, apiDocumentAsYaml, health, ready } from "./service-routes.ts";
import { endSession, getSession } from "./session-routes.ts";
import { submitStatement } from "./submit-statement.ts";
import { getUcSchema, putUcSchema } from "./uc-schema.ts";

/** Operations that are not just JSON in and JSON out. All others are mounted from their definitions alone. */
const ownRoutes = {
  read_file: downloadFile,
  file_metadata: headFile,
  write_file: uploadFile,
  list_tree: linesRoute("list_tree", {
    line: treeLine,
    description: "A line of JSON for each file and directory.",
  }),
  watch_run: linesRoute("watch_run", {
    line: runLine,
    description: "A line of JSON for each state of the run.",
  }),
  watch_genie_message: linesRoute("watch_genie_message", {
    line: genieEvent,
    description: "A line of JSON for each change of the message.",
  }),
  execute_query: rowsRoute("execute_query"),
  get_statement_result: rowsRoute("get_statement_result"),
  preview_table: rowsRoute("preview_table"),
  submit_statement: submitStatement,
  query_serving_endpoint: queryServingEndpoint,
} satisfies Partial<Record<OperationName, Route>> & Record<Exclude<OperationName, JsonOperationName>, Route>;

const tagOrder = Object.keys(tags);
const names = Object.keys(operations) as OperationName[];
const operationRoutes = names
  .filter((name) => definitionOf(name).route !== undefined)
  .map((name) => (hasOwnRoute(name) ? ownRoutes[name] : operationRoute(name)));

/** Every public route, in the order of the API document. */
export const routes: readonly Route[] = [
  ...operationRoutes,
  ...openAiRoutes,
  getSession,
  endSession,
  getUcSchema,
  putUcSchema,
  health,
  ready,
  apiDocument,
  apiDocumentAsYaml,
].toSorted(byTagAndPath);

function hasOwnRoute(name: OperationName): name is keyof typeof ownRoutes {
  return Object.hasOwn(ownRoutes, name);
}

/** A fixed segment sorts before a parameter, which would match it too. */
function byTagAndPath(a: Route, b: Route): number {
  const byTag = tagOrder.indexOf(a.tag) - tagOrder.indexOf(b.tag);
  const [pathOfA = "", pathOfB = ""] = [a, b].map(({ path }) => path.replaceAll(":", "~"));
  return byTag || (pathOfA < pathOfB ? -1 : Number(pathOfA > pathOfB));
}
