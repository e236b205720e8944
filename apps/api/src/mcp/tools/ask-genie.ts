import {
  isAnswerFinal,
  OperationError,
  type OperationParams,
  type OperationResult,
  operations,
} from "@front-door/operations";
import * as z from "zod";
import { defineTool, type ToolContext } from "../tool.ts";
import { afterStart } from "./after-start.ts";
import { waitFor } from "./wait-for.ts";

type Message = OperationResult<"get_genie_message">;
type MessageParams = OperationParams<"get_genie_message">;

const { space_id, content: question } = operations.start_genie_conversation.params.shape;
const { conversation_id, message_id } = operations.get_genie_message.params.shape;

const rowsShown = 50;
const rowsBytesMax = 12_000;

export const askGenie = defineTool({
  name: "ask_genie",
  title: "Ask Genie",
  description:
    "Asks a Genie space a question in plain words, and waits up to 50 s for its answer: text, the SQL that Genie wrote, and rows. With conversation_id it is a follow-up. If it is not answered yet, call again with conversation_id and message_id. list_genie_spaces (toolset genie) has the spaces.",
  domain: "genie",
  listedByDefault: true,
  kind: "mutation",
  idempotent: false,
  needs: ["start_genie_conversation", "create_genie_message", "get_genie_message"],
  params: z
    .strictObject({
      space_id,
      question: question.optional(),
      conversation_id: conversation_id.optional(),
      message_id: message_id.optional().describe("Instead of a question: one that was not answered in time."),
    })
    .refine((given) => (given.question === undefined) !== (given.message_id === undefined), {
      message: "must have either question or message_id",
    }),
  result: z.object({
    conversation_id: z.string(),
    message_id: z.string(),
    status: z.string(),
    text: z.string().optional(),
    sql: z.string().optional(),
    columns: z.array(z.string()).optional(),
    rows: z.array(z.array(z.string().nullable())).optional(),
    suggested_questions: z.array(z.string()).optional(),
    note: z.string().optional(),
  }),
  async run(given, context) {
    const { gateway } = context;
    const message = await asked(given, context);
    const { space_id: _, ...ids } = message;
    const goOn = `Call again with conversation_id ${ids.conversation_id} and message_id ${ids.message_id}, without question.`;
    return afterStart(goOn, async () => {
      const settled = await waitFor(
        await gateway.call("get_genie_message", message, { ...context.call, signal: undefined }),
        {
          isRunning: (each) => !isAnswerFinal(each),
          words: ({ status }) => status,
          look: (call) => gateway.call("get_genie_message", message, call),
          // Databricks has no way to cancel a question.
          cancel: undefined,
        },
        context,
      );
      const answer = await answerOf(settled, message, context);
      return { structured: { ...ids, status: settled.status, ...answer } };
    });
  },
});

interface Given {
  readonly space_id: string;
  readonly question?: string | undefined;
  readonly conversation_id?: string | undefined;
  readonly message_id?: string | undefined;
}

/** The message to wait for. Not cancelled with the call, or nobody would know its id. */
async function asked(
  { space_id: space, question: content, ...ids }: Given,
  context: ToolContext,
): Promise<MessageParams> {
  const { gateway, call } = context;
  const detached = { ...call, signal: undefined };
  const { conversation_id: conversation, message_id: message } = ids;
  if (content === undefined) {
    if (conversation === undefined || message === undefined) {
      throw new OperationError("INVALID_PARAMETER_VALUE", "conversation_id: is required with message_id");
    }
    return { space_id: space, conversation_id: conversation, message_id: message };
  }
  if (conversation === undefined) {
    const begun = await gateway.call("start_genie_conversation", { space_id: space, content }, detached);
    return { space_id: space, conversation_id: begun.conversation_id, message_id: begun.message_id };
  }
  const params = { space_id: space, conversation_id: conversation, content };
  const { message_id: id } = await gateway.call("create_genie_message", params, detached);
  return { space_id: space, conversation_id: conversation, message_id: id };
}

async function answerOf(
  { status, error, attachments = [] }: Message,
  message: MessageParams,
  context: ToolContext,
) {
  if (!isAnswerFinal({ status })) {
    return {
      note: "It is not answered yet. Call again with this conversation_id and message_id, without question.",
    };
  }
  if (status === "FAILED") {
    throw new OperationError(
      "STATEMENT_FAILED",
      `Genie could not answer: ${error?.error ?? "it does not say why"}`,
    );
  }
  const text = attachments
    .flatMap((each) => each.text?.content ?? each.query?.description ?? [])
    .join("\n\n");
  const query = attachments.find((each) => each.query?.query !== undefined);
  const questions = attachments.flatMap((each) => each.suggested_questions?.questions ?? []);
  return {
    ...(text === "" ? {} : { text: text.slice(0, 8_000) }),
    ...(query?.query?.query === undefined ? {} : { sql: query.query.query }),
    ...(query?.attachment_id === undefined
      ? {}
      : await rowsOf({ ...message, attachment_id: query.attachment_id }, context)),
    ...(questions.length === 0 ? {} : { suggested_questions: questions.slice(0, 5) }),
  };
}

async function rowsOf(params: OperationParams<"get_genie_query_result">, { gateway, call }: ToolContext) {
  const { columns, rows, row_count, truncated } = await gateway.call("get_genie_query_result", params, call);
  let bytes = 0;
  const fitting = rows
    .slice(0, rowsShown)
    .filter((row) => (bytes += Buffer.byteLength(JSON.stringify(row)) + 1) <= rowsBytesMax);
  const isWhole = fitting.length === row_count && !truncated;
  return {
    columns: columns.map(({ name }) => name),
    rows: fitting,
    ...(isWhole ? {} : { note: "These are the first rows. Run the SQL with the tool query for all." }),
  };
}
