import { unsupported } from "../sql-error.ts";
import type { Outcome, StatementRun } from "../statement-run.ts";
import type { Expression } from "../syntax/expression-ast.ts";
import type { Statement } from "../syntax/statement-ast.ts";
import { constantText } from "../translate/constant.ts";
import { translateTopQuery } from "../translate/translate-query.ts";
import { runAlter, runCommentOn, runCommentOnColumn } from "./alter-statement.ts";
import { runCopyInto } from "./copy-into-statement.ts";
import { runCreateContainer, runCreateTable, runCreateView, runCreateVolume } from "./create-statement.ts";
import { runDescribe, runDescribeQuery } from "./describe-statement.ts";
import { runDrop } from "./drop-statement.ts";
import { scanFiles } from "./file-scan.ts";
import { runGrant, runShowGrants } from "./grant-statement.ts";
import { runInsert } from "./insert-statement.ts";
import { runMerge } from "./merge-statement.ts";
import { runOptimize } from "./optimize-statement.ts";
import { runReset, runSet, runUse } from "./set-statement.ts";
import { runShowKeys, runShowMetadata } from "./show-metadata-statement.ts";
import { runShow } from "./show-statement.ts";
import { runTransaction } from "./transaction-statement.ts";
import { runListFiles, runTransfer } from "./transfer-statement.ts";
import { runDelete, runTruncate, runUpdate } from "./update-statement.ts";

export async function runStatement(statement: Statement, run: StatementRun): Promise<Outcome> {
  await openFiles(statement, run);
  switch (statement.kind) {
    case "query": {
      const query = translateTopQuery(statement.query, run.translation);
      await run.prepareTables();
      return { kind: "query", query };
    }
    case "use":
      return runUse(statement, run);
    case "set":
      return runSet(statement, run);
    case "reset":
      return runReset(statement, run);
    case "transaction":
      return runTransaction(statement);
    case "create_container":
      return runCreateContainer(statement, run);
    case "create_volume":
      return runCreateVolume(statement, run);
    case "create_table":
      return runCreateTable(statement, run);
    case "create_view":
      return runCreateView(statement, run);
    case "drop":
      return runDrop(statement, run);
    case "alter":
      return runAlter(statement, run);
    case "comment_on":
      return runCommentOn(statement, run);
    case "comment_on_column":
      return runCommentOnColumn(statement, run);
    case "grant":
      return runGrant(statement, run);
    case "show_grants":
      return runShowGrants(statement, run);
    case "optimize":
      return runOptimize(statement, run);
    case "insert":
      return runInsert(statement, run);
    case "update":
      return runUpdate(statement, run);
    case "delete":
      return runDelete(statement, run);
    case "truncate":
      return runTruncate(statement, run);
    case "merge":
      return runMerge(statement, run);
    case "copy_into":
      return runCopyInto(statement, run);
    case "transfer":
      return runTransfer(statement, run);
    case "list_files":
      return runListFiles(statement, run);
    case "show":
      return runShow(statement, run);
    case "show_metadata":
      return runShowMetadata(statement, run);
    case "show_keys":
      return runShowKeys(statement, run);
    case "describe":
      return runDescribe(statement, run);
    case "describe_query":
      return runDescribeQuery(statement, run);
  }
}

interface ReadFiles {
  at: number;
  args: Expression[];
  namedArgs: { name: string; value: Expression }[];
}

/** Finds the columns of files before the translation, which is synchronous. */
async function openFiles(statement: Statement, run: StatementRun): Promise<void> {
  for (const call of readFilesCalls(statement)) {
    const [path, ...rest] = call.args;
    if (path === undefined || rest.length > 0)
      throw unsupported(
        "READ_FILES",
        "read_files with more than one path",
        run.translation.position(call.at),
      );
    const options = Object.fromEntries(
      call.namedArgs.map(({ name, value }) => [
        name,
        value.kind === "boolean" ? String(value.value) : constantText(value, run.translation),
      ]),
    );
    const files = await run.translation.context.files(constantText(path, run.translation));
    run.translation.files.set(String(call.at), await scanFiles(files, options, run.connection));
  }
}

function readFilesCalls(node: unknown): ReadFiles[] {
  if (node === null || typeof node !== "object") return [];
  const below = Object.values(node).flatMap(readFilesCalls);
  const isCall =
    "kind" in node && node.kind === "table_function" && "name" in node && node.name === "read_files";
  return isCall ? [node as unknown as ReadFiles, ...below] : below;
}
