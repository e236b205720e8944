import { operations } from "@front-door/operations";
import { sendJson } from "../http/send-json.ts";
import { defaultSchemaErrors, inDefaultSchema } from "../routing/in-default-schema.ts";
import { operationRoute, routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

const { params: body } = operations.submit_statement;
const { status = 200, bodyBytesMax } = routeOf("submit_statement");

/** As its definition says, but in the schema of this installation if it names none. */
export const submitStatement: Route = {
  ...operationRoute("submit_statement"),
  errors: [...operations.submit_statement.errors, ...defaultSchemaErrors],
  async handle(exchange, services) {
    const { req, res, call } = exchange;
    const params = await services.readJsonBody(req, res, body, bodyBytesMax);
    const reply = await inDefaultSchema(params, exchange, services, (statement) =>
      services.gateway.callForBytes("submit_statement", statement, call),
    );
    sendJson(res, status, reply);
  },
};
