import {
  type GetPromptResult,
  type ListPromptsResult,
  ProtocolError,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";

interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The name of each argument, and what it is. All of them are required. */
  readonly args: Readonly<Record<string, string>>;
  text(args: Readonly<Record<string, string>>): string;
}

const prompts: readonly Prompt[] = [
  {
    name: "explore_schema",
    title: "Explore a schema",
    description: "What is in a schema, and what one can ask of it.",
    args: { schema: "catalog.schema" },
    text: ({ schema }) =>
      [
        `Explore the schema ${schema}.`,
        "1. list_tables with omit_columns: true.",
        "2. describe_table for the tables that look most important, at most ten.",
        "3. Say in a few sentences what the data is about, how the tables belong together (columns that join them), and what looks odd: empty columns, dates in the future, duplicate keys. Check a suspicion with query before you state it.",
        "4. Suggest five questions that this data can answer, each with its SQL.",
      ].join("\n"),
  },
  {
    name: "write_query",
    title: "Write and check a query",
    description: "SQL that answers a question, checked before it is shown.",
    args: { question: "What to find out." },
    text: ({ question }) =>
      [
        `Write a SQL query that answers: ${question}`,
        "1. search_catalog for the tables, and describe_table for each one that you use. Use only columns that it shows.",
        "2. Write one statement in Databricks SQL. Put values into params.",
        "3. Check it with query: first with LIMIT 10, then check that joins do not multiply rows, and that NULLs are treated as meant.",
        "4. Show the statement, its result, and what it assumes.",
      ].join("\n"),
  },
  {
    name: "explain_job_failure",
    title: "Why did this job fail?",
    description: "The cause of a failed run of a job, and what to do.",
    args: { job: "The name or the id of the job, or the id of a run." },
    text: ({ job }) =>
      [
        `Find out why the job ${job} failed. The tools are in the toolset jobs.`,
        "1. Find the job with list_jobs and its last failed run with list_runs, or take the run if it is one.",
        "2. get_run: which task failed first? The others may only have been skipped. get_run_output has its error.",
        "3. If it was a SQL task, look at its statement and the tables that it names with describe_table.",
        "4. Say what failed, why, since when (compare the last runs), and what would repair it. Change nothing.",
      ].join("\n"),
  },
];

export const promptList: ListPromptsResult = {
  prompts: prompts.map(({ name, title, description, args }) => ({
    name,
    title,
    description,
    arguments: Object.entries(args).map(([each, about]) => ({
      name: each,
      description: about,
      required: true,
    })),
  })),
};

export function getPrompt(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  const prompt = prompts.find((each) => each.name === name);
  if (prompt === undefined) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${JSON.stringify(name)}.`);
  }
  const missing = Object.keys(prompt.args).find((each) => !given[each]?.trim());
  if (missing !== undefined) {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `The prompt ${name} needs the argument ${missing}.`,
    );
  }
  return {
    description: prompt.description,
    messages: [{ role: "user", content: { type: "text", text: prompt.text(given) } }],
  };
}
