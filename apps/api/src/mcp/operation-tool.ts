import type { JsonOperationName } from "@front-door/gateway-client";
import { definitionOf, type OperationParams } from "@front-door/operations";
import { checkResultSize } from "./result-size.ts";
import { defineTool, type McpTool } from "./tool.ts";
import { questionOfStatement } from "./tools/question-of-statement.ts";

/** Entries in a page for which an agent sets no `max_results`: the first that the operation takes. */
const pageSizes = [50, 20];

/** The tool of an operation: its parameters, and its result. */
export function operationTool(name: JsonOperationName, listedByDefault: boolean): McpTool {
  const definition = definitionOf(name);
  const { domain, summary, kind, idempotent, params, result, examples } = definition;
  const isSql = definition.target(params.parse(examples[0]?.params)).kind === "sql";
  const { max_results: paging } = params.shape;
  const pageSize = pageSizes.find((size) => paging?.safeParse(size).success);
  return defineTool({
    name,
    title: titleOf(name),
    description: summary,
    domain,
    listedByDefault,
    kind: isSql ? "destructive" : kind,
    idempotent: idempotent === true,
    needs: [name],
    params,
    result,
    ...(isSql ? { question: ({ sql }) => questionOfStatement(sql) } : {}),
    ...(kind === "destructive" ? { question: (args) => questionOf(name, args) } : {}),
    async run(args, { gateway, call }) {
      const given = pageSize === undefined ? args : { max_results: pageSize, ...args };
      // The operation's own schema has parsed them.
      const bytes = await gateway.callForBytes(name, given as OperationParams<typeof name>, call);
      checkResultSize(bytes.length, Object.keys(params.shape));
      return { structured: JSON.parse(bytes.toString()) as Record<string, unknown> };
    },
  });
}

function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function questionOf(name: string, args: Readonly<Record<string, unknown>>): string {
  const [verb = "", ...what] = titleOf(name).split(" ");
  const values = Object.values(args).filter((value) => typeof value === "string");
  // That all that is in it goes too: force, or recursive.
  const flags = Object.keys(args).filter((key) => args[key] === true);
  return `${verb} the ${what.join(" ")} ${values.join(".")} ${["for good", ...flags].join(", ")}?`;
}
