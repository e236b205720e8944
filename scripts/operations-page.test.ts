import { tools } from "@front-door/api/mcp-tools";
import { domains, type OperationDefinition, operations } from "@front-door/operations";
import { expect, test } from "vitest";

const introduction = `# Operations

Every operation, by domain. Each has a name, under which the gateway runs it (\`POST /run\`), and policies and the audit log know it.
The public API serves those with a route; [the API document](openapi.yaml) has their parameters and replies. **Tool** is what
[agents](mcp.md) call it by, and **command** what runs it in a terminal, after \`front-door\`; what people do often has a
[shorter command](../packages/cli/README.md#commands) too.

The label says what an operation does at Databricks: a **query** changes nothing, a **mutation** may, and what a **destructive**
operation deletes is gone; **admin** changes who may do what. Those marked **by name** are refused unless a
[list of allowed operations](security.md#words-in-a-list-of-operations) names them.

This page is made from the registry by \`scripts/operations-page.test.ts\`. To make it anew, run \`./scripts/api-document.sh\`.
`;

// A change of the contract shows in review.
test("docs/operations.md has every operation of the registry", async () => {
  const all = Object.values<OperationDefinition>(operations);
  const sections = Object.entries(domains).flatMap(([domain, { title, description }]) => {
    const rows = all.filter((operation) => operation.domain === domain).map(rowOf);
    return rows.length === 0 ? [] : [sectionOf(title, domain, description, rows)];
  });
  await expect([introduction, ...sections, composedTools()].join("\n")).toMatchFileSnapshot(
    "../docs/operations.md",
  );
});

function sectionOf(title: string, domain: string, description: string, rows: readonly string[]): string {
  const header =
    "| operation | what it does | route | tool | command | label | since |\n|---|---|---|---|---|---|---|";
  return `## ${title}\n\n${description} \`domain:${domain}\`\n\n${[header, ...rows].join("\n")}\n`;
}

function rowOf(operation: OperationDefinition): string {
  const { name, summary, route, since } = operation;
  const served = route ? `\`${route.method.toUpperCase()} ${route.path}\`` : "only at the gateway";
  const cells = [
    `\`${name}\``,
    summary,
    served,
    toolOf(name),
    commandOf(operation),
    labelOf(operation),
    since,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

/** The tool of the operation's own name, or else one that is made of it. */
function toolOf(name: string): string {
  const tool =
    tools.find((each) => each.name === name) ??
    tools.find(({ needs }) => needs.some((each) => each === name));
  return tool === undefined ? "" : `\`${tool.name}\``;
}

/** The tools that are not one operation. */
function composedTools(): string {
  const header = "| tool | what it does | operations | label |\n|---|---|---|---|";
  const rows = tools
    .filter(({ name }) => !Object.hasOwn(operations, name))
    .map(({ name, description, needs, kind }) => {
      const [sentence = ""] = description.split(/(?<=\.) /);
      return `| \`${name}\` | ${sentence} | ${needs.map((each) => `\`${each}\``).join(", ")} | ${kind} |`;
    });
  const about =
    "What agents do most is one tool each, besides `read_file` and `write_file`, which take and return text.";
  return `## Tools made of several operations\n\n${about}\n\n${[header, ...rows].join("\n")}\n`;
}

/** The operations whose bytes are files. */
const ofBytes: Readonly<Record<string, string>> = { read_file: "cat", write_file: "cp" };

/** A test of `call` compares what it takes with this page. */
function commandOf({ name, route }: OperationDefinition): string {
  if (route === undefined || route.method === "head") return "";
  return `\`${ofBytes[name] ?? `call ${name}`}\``;
}

function labelOf({
  kind,
  admin,
  allowedByDefault,
}: Pick<OperationDefinition, "kind" | "admin" | "allowedByDefault">) {
  return [kind, ...(admin ? ["admin"] : []), ...(allowedByDefault ? [] : ["by name"])].join(", ");
}
