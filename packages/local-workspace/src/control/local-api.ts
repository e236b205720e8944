import type { IncomingMessage } from "node:http";
import { ZodError, type ZodType, z } from "zod";
import { ApiError, invalidParameter, notImplemented } from "../http/api-error.ts";
import { readBody } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { changeCredentials } from "../identity/change-credentials.ts";
import type { SqlServices } from "../sql/sql-services.ts";
import type { Workspace } from "../workspace.ts";
import { credentialChangeSchema } from "./credential-change.ts";
import { type Faults, faultSchema } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";
import { setWarehouseState, warehouseChangeSchema } from "./warehouse-change.ts";

export const LOCAL_PREFIX = "/_local/";

const clockStepSchema = z.strictObject({ stepMs: z.number().int().positive() });

type Controlled = Pick<Workspace, "sql" | "seed" | "oauth" | "tokens" | "clock">;

/** The controls over HTTP, for tests that run the workspace as a process. They take no credential, hence loopback only. */
export class LocalApi {
  readonly #requests: RequestLog;
  readonly #faults: Faults;
  readonly #sql: SqlServices;
  readonly #workspace: Controlled;

  constructor(requests: RequestLog, faults: Faults, workspace: Controlled) {
    this.#requests = requests;
    this.#faults = faults;
    this.#sql = workspace.sql;
    this.#workspace = workspace;
  }

  async handle(req: IncomingMessage, path: string): Promise<Reply> {
    requireLocalProgram(req);
    switch (`${req.method} ${path}`) {
      case "GET /_local/health":
        return json({ status: "ok" });
      case "GET /_local/requests":
        return json({ requests: this.#requests.list() });
      case "DELETE /_local/requests":
        this.#requests.clear();
        return json({});
      case "GET /_local/statements":
        return json({
          statements: this.#sql.log.list(),
          openStatements: this.#sql.log.open(),
          openSqlSessions: this.#sql.sessions.open,
        });
      case "DELETE /_local/statements":
        this.#sql.log.clear();
        return json({});
      case "POST /_local/clock":
        this.#workspace.clock.step((await readOrder(req, clockStepSchema)).stepMs);
        return json({});
      case "DELETE /_local/sql-sessions":
        await this.#sql.sessions.lose();
        return json({});
      case "POST /_local/warehouses":
        try {
          setWarehouseState(this.#workspace, await readOrder(req, warehouseChangeSchema));
        } catch (error) {
          refuseUnknown(error);
        }
        return json({});
      case "POST /_local/faults":
        this.#faults.add(await readOrder(req, faultSchema));
        return json({});
      case "DELETE /_local/faults":
        this.#faults.clear();
        return json({});
      case "POST /_local/credentials":
        await changeCredentials(this.#workspace, await readOrder(req, credentialChangeSchema)).catch(
          refuseUnknown,
        );
        return json({});
      default:
        throw notImplemented(`${req.method} ${path}`);
    }
  }
}

async function readOrder<Order>(req: IncomingMessage, schema: ZodType<Order>): Promise<Order> {
  try {
    return schema.parse(JSON.parse((await readBody(req)).toString("utf8")));
  } catch (error) {
    if (error instanceof ZodError || error instanceof SyntaxError) {
      throw invalidParameter(`Invalid control request: ${error.message}`);
    }
    throw error;
  }
}

function refuseUnknown(error: unknown): never {
  if (error instanceof RangeError) throw invalidParameter(error.message);
  throw error;
}

/**
 * Throws 403 for requests from a web page. A browser on this machine can reach this port, but its requests carry an
 * Origin or, with DNS rebinding, a foreign Host.
 */
function requireLocalProgram(req: IncomingMessage): void {
  const { remoteAddress, localPort } = req.socket;
  const ownHosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${localPort}`);
  const fromHere = remoteAddress !== undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(remoteAddress);
  if (fromHere && req.headers.origin === undefined && ownHosts.includes(req.headers.host ?? "")) return;
  throw new ApiError(
    403,
    "PERMISSION_DENIED",
    "Only programs on this machine may use /_local/: send no Origin, and this server's own Host.",
  );
}
