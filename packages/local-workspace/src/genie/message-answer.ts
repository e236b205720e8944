import { ApiError } from "../http/api-error.ts";
import type { KeptStatement } from "../statement-execution/kept-statement.ts";
import type { Workspace } from "../workspace.ts";
import type { Message } from "./conversations.ts";
import { type Space, sqlFor } from "./questions.ts";

const STATUS = {
  PENDING: "PENDING_WAREHOUSE",
  RUNNING: "EXECUTING_QUERY",
  SUCCEEDED: "COMPLETED",
  FAILED: "FAILED",
  CANCELED: "CANCELLED",
  CLOSED: "QUERY_RESULT_EXPIRED",
} as const satisfies Record<KeptStatement["state"], string>;

/** The message as it is now: its status is that of its query. */
export function messageAnswer(workspace: Workspace, space: Space, message: Message): object {
  const { spaceId, conversationId, messageId, content, createdAt } = message;
  const statement = statementOf(workspace, message);
  return {
    space_id: spaceId,
    conversation_id: conversationId,
    message_id: messageId,
    id: messageId,
    content,
    created_timestamp: createdAt,
    last_updated_timestamp: createdAt,
    ...(message.statementId === undefined
      ? { status: "COMPLETED", attachments: [whatItKnows(space, message)] }
      : // The results of a workspace are gone when it stops.
        { status: statement === undefined ? "QUERY_RESULT_EXPIRED" : STATUS[statement.state] }),
    ...(statement?.state === "FAILED"
      ? { error: { error: statement.error?.message, type: "SQL_EXECUTION_EXCEPTION" } }
      : {}),
    ...(statement?.state === "SUCCEEDED" ? { attachments: [queryOf(space, message, statement)] } : {}),
  };
}

/** The query that answers the message, while it is kept. */
export function statementOf(
  { sql }: Workspace,
  { principal, statementId }: Message,
): KeptStatement | undefined {
  if (statementId === undefined) return undefined;
  try {
    return sql.statements.find(principal, statementId);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function queryOf(space: Space, { attachmentId, content }: Message, { seen, result }: KeptStatement): object {
  const title = sqlFor(space, content)?.title;
  return {
    attachment_id: attachmentId,
    query: {
      id: attachmentId,
      title,
      description: `${title}. The local workspace knows this question: no language model wrote the query.`,
      query: seen.statement,
      statement_id: seen.id,
      query_result_metadata: {
        row_count: result?.chunks.rows ?? 0,
        is_truncated: result?.truncated ?? false,
      },
    },
  };
}

function whatItKnows({ questions }: Space, { attachmentId }: Message): object {
  const known = questions.map(({ question }) => question);
  const list = known.map((question) => `- ${question}`).join("\n");
  return {
    attachment_id: attachmentId,
    text: {
      id: attachmentId,
      content: `The local workspace has no language model. This space can answer:\n\n${list}`,
    },
    suggested_questions: { questions: known },
  };
}
