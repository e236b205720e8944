import { type OperationParams, operations } from "@front-door/operations";
import * as z from "zod";
import { sendJson } from "../http/send-json.ts";
import type { Route } from "../routing/route.ts";
import { operationRoute } from "./operation-routes.ts";

const { statement_id: statementId } = operations.get_statement.params.shape;
const { chunk } = operations.get_statement_result_chunk.params.shape;

const path = z.strictObject({ id: statementId });
const pathExample = { id: operations.get_statement.examples[0]?.params.statement_id };

/** `POST`: 202, the statement goes on at Databricks whatever becomes of this process. */
export function submitStatement(routePath: string): Route {
  const { params, result, examples } = operations.submit_statement;
  return {
    ...operationRoute("post", routePath, "submit_statement", "SQL"),
    description:
      "For what takes longer than a request should. Databricks keeps the statement and its result, so any replica can answer for it; only the identity that submitted it can. The result can be fetched for an hour, in chunks, up to 25 MiB in all: for more, run it as a query.",
    jsonBody: {
      schema: params.meta({ id: "StatementToSubmit" }),
      description: "The statement and its parameters.",
      example: examples[0]?.params,
    },
    replies: { 202: { description: "It has begun.", json: result, example: examples[0]?.result } },
    async handle({ req, res, call }, { gateway, readJsonBody, limits }) {
      const body = await readJsonBody(req, res, params, limits.statementBytesMax);
      const reply = await gateway.callForBytes("submit_statement", body, call);
      sendJson(res, 202, reply);
    },
  };
}

export function getStatement(routePath: string): Route {
  const { result, examples } = operations.get_statement;
  return {
    ...operationRoute("get", routePath, "get_statement", "SQL"),
    pathParams: { schema: path, example: pathExample },
    replies: { 200: { description: "The statement.", json: result, example: examples[0]?.result } },
    async handle({ res, pathParams, call }, { gateway }) {
      const params = { statement_id: String(pathParams["id"]) };
      sendJson(res, 200, await gateway.callForBytes("get_statement", params, call));
    },
  };
}

export function getStatementResult(routePath: string): Route {
  const { result, examples } = operations.get_statement_result_chunk;
  return {
    ...operationRoute("get", routePath, "get_statement_result_chunk", "SQL"),
    pathParams: { schema: path, example: pathExample },
    query: z.strictObject({ chunk }),
    replies: { 200: { description: "The rows of one chunk.", json: result, example: examples[0]?.result } },
    async handle({ res, pathParams, query, call }, { gateway }) {
      const params = {
        statement_id: String(pathParams["id"]),
        ...query,
      } as OperationParams<"get_statement_result_chunk">;
      sendJson(res, 200, await gateway.callForBytes("get_statement_result_chunk", params, call));
    },
  };
}

export function cancelStatement(routePath: string): Route {
  const { result, examples } = operations.cancel_statement;
  return {
    ...operationRoute("post", routePath, "cancel_statement", "SQL"),
    pathParams: { schema: path, example: pathExample },
    replies: {
      200: {
        description: "It is being cancelled, or had ended.",
        json: result,
        example: examples[0]?.result,
      },
    },
    async handle({ res, pathParams, call }, { gateway }) {
      const params = { statement_id: String(pathParams["id"]) };
      sendJson(res, 200, await gateway.callForBytes("cancel_statement", params, call));
    },
  };
}
