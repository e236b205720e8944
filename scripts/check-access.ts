import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  definitionOf,
  isOperationName,
  OperationError,
  type OperationName,
  operationsMatching,
  parseVolumePath,
  signInModes,
  type Target,
} from "@front-door/operations";
import {
  type AccessCaller,
  checkCall,
  checkFrontDoorOperation,
  firstRuleFor,
  noRule,
  type Policy,
  policySettings,
  readAccessFile,
  readPolicy,
} from "@front-door/policy";
import { configOf, readRegularFile, readSettings, reasonOf } from "@front-door/service-runtime";
import { type Environment, processEnvironments } from "./process-environments.ts";
import { readSettingsFiles } from "./settings-files.ts";

const usage = `usage: ./scripts/access.sh check NAME OPERATION [options]
Says whether ACCESS_FILE and the settings of this installation let a caller run an operation, and which line decides.
  --mode MODE       how the caller signs in: ${signInModes.join(", ")}, or internal. Default: API_AUTH if it is one of them,
                    otherwise databricks
  --group NAME      a group that the caller is in; can be given several times
  --as user         the request runs as the caller's own user; --as service: as the gateway. Default: user for databricks
                    and, if OIDC_RUN_AS is set, for oidc
  --warehouse ID    the SQL warehouse that the request names
  --catalog NAME    the catalog that it is about
  --path PATH       the file or directory that it is about: /Volumes/...
  --sql STATEMENT   the statement that it runs. Default: SELECT 1
  --file FILE       the access file. Default: the setting ACCESS_FILE
Exit code: 0 it may, 1 it may not, 2 the question or a setting is wrong.
  ./scripts/access.sh check alice@example.com execute_query --group analysts --warehouse a1b2c3d4e5f60718`;

export interface AccessAnswer {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** Answers a command line of `access.sh`. Reads the settings as a start would, and starts nothing. */
export function checkAccess(args: readonly string[], environment: Environment): AccessAnswer {
  try {
    const root = resolve(import.meta.dirname, "..");
    const files = readSettingsFiles(root, environment);
    const { api, gateway } = processEnvironments({ root, environment, files, socket: "" });
    const question = readQuestion(args, { ...files.api, ...api });
    return answerOf(question, { ...files.gateway, ...gateway }, environment["FRONT_DOOR_CALLED_FROM"]);
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : String(error), usage], exitCode: 2 };
  }
}

type Question = ReturnType<typeof readQuestion>;

function readQuestion(args: readonly string[], settings: Environment) {
  const { API_AUTH: apiAuth, OIDC_RUN_AS: runAs = "gateway" } = settings;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      mode: { type: "string" },
      group: { type: "string", multiple: true, default: [] },
      as: { type: "string" },
      warehouse: { type: "string" },
      catalog: { type: "string" },
      path: { type: "string" },
      sql: { type: "string", default: "SELECT 1" },
      file: { type: "string" },
    },
  });
  const [command, name, operation, ...more] = positionals;
  if (command !== "check" || name === undefined || operation === undefined || more.length > 0) {
    throw new Error("Write: check NAME OPERATION");
  }
  const onlyMode = signInModes.find((each) => each === apiAuth) ?? "databricks";
  const { mode: given = onlyMode } = values;
  const mode = [...signInModes, "internal" as const].find((each) => each === given);
  if (mode === undefined) throw new Error(`--mode must be ${signInModes.join(", ")} or internal`);
  const runsAsUser = mode === "databricks" || (mode === "oidc" && runAs !== "gateway");
  const { as = runsAsUser ? "user" : "service" } = values;
  if (as !== "user" && as !== "service") throw new Error("--as must be user or service");
  const [known, ...others] = operationsMatching(operation);
  if (known === undefined || others.length > 0 || known !== operation) {
    throw new Error(`${operation} is not an operation`);
  }
  const caller: AccessCaller = { mode, name, groups: values.group };
  return { ...values, caller, operation: known, asUser: as === "user" };
}

function answerOf(question: Question, settings: Environment, calledFrom = ""): AccessAnswer {
  const file = question.file ?? settings["ACCESS_FILE"];
  if (file === undefined) throw new Error("ACCESS_FILE is not set: set it, or name the file with --file");
  const rules = readRules(resolve(calledFrom, file));
  const { caller, operation } = question;
  const who = `${caller.name} (${caller.mode})`;
  const rule = firstRuleFor(caller, rules);
  const decides = rule === undefined ? [] : [`${file}:${rule.line} is the first rule for ${who}`];
  try {
    const installation = installationPolicy(settings);
    if (rule === undefined) throw noRule(caller);
    for (const policy of [installation, rule.policy]) checkPolicy(policy, question);
    const lines = [`allowed: ${who} may run ${operation}`, ...decides];
    if (caller.mode === "api-key") lines.push("The key's line in API_KEYS_FILE must allow it, too.");
    return { lines, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { lines: [`refused: ${error.message}`, ...decides], exitCode: 1 };
  }
}

function readRules(file: string) {
  try {
    return readAccessFile(readRegularFile(file));
  } catch (error) {
    throw new Error(`${file} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

/** Of `ALLOWED_OPERATIONS` and the like. Throws a ConfigError. */
function installationPolicy(environment: Environment): Policy {
  const definition = { fields: policySettings, secrets: [], prefixes: [] };
  return configOf((report) =>
    readPolicy(readSettings(definition, { environment, files: [] }, report).values, report),
  );
}

function checkPolicy(policy: Policy, question: Question): void {
  const { operation, asUser, warehouse } = question;
  if (!isOperationName(operation)) return checkFrontDoorOperation(policy, operation);
  checkCall(policy, {
    name: operation,
    target: targetOf(operation, question),
    asCaller: asUser,
    warehouseIds: warehouse === undefined ? [] : [warehouse],
    // The question names no other parameters.
    needed: [],
  });
}

/** What the question says that the operation is about: nothing in particular, if it says nothing. */
function targetOf(operation: OperationName, { path, catalog, sql }: Question): Target {
  const definition = definitionOf(operation);
  const example = definition.target(definition.params.parse(definition.examples[0]?.params ?? {}));
  if (example.kind === "sql") return { ...example, sql };
  if (path !== undefined) return { kind: "path", path: parseVolumePath(path) };
  if (catalog !== undefined) return { kind: "securable", type: "catalog", name: catalog };
  return example.kind === "resource" ? example : { kind: "nothing" };
}
