import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { type Call, type Route, readJson } from "../http/call.ts";
import { pageOf, pageSize } from "../http/paging.ts";
import { json } from "../http/reply.ts";
import { usableWarehouse } from "../sql/usable-warehouse.ts";
import { statementAnswer } from "../statement-execution/statement-answer.ts";
import type { Workspace } from "../workspace.ts";
import { Conversations, type Message, newId } from "./conversations.ts";
import { messageAnswer, statementOf } from "./message-answer.ts";
import { queryRequest, type Space, sqlFor } from "./questions.ts";

const asked = z.object({ content: z.string().trim().min(1) });
const PAGE_SIZE_MAX = 100;

/**
 * `/api/2.0/genie/spaces`: no language model. A space knows the questions of the seed, whose SQL it runs as the caller; to
 * any other it answers with the questions that it knows.
 */
export function genieSpaces(workspace: Workspace): Route[] {
  const all = "/api/2.0/genie/spaces";
  const message = `${all}/:space/conversations/:conversation/messages/:message`;
  const conversations = new Conversations(workspace.folder);
  const spaceOf = (call: Call) => visibleSpace(workspace, call);

  const messagesOf = async ({ params, principal }: Call): Promise<Message[]> => {
    const messages = await conversations.of(principal.name, params.conversation ?? "");
    if (messages[0]?.spaceId === params.space) return messages;
    throw missing(`Conversation ${params.conversation}`);
  };
  const messageOf = async (call: Call): Promise<Message> => {
    const found = (await messagesOf(call)).find(({ messageId }) => messageId === call.params.message);
    if (found === undefined) throw missing(`Message ${call.params.message}`);
    return found;
  };
  const ask = async (call: Call, space: Space, conversationId: string): Promise<object> => {
    const { content } = await readJson(call.req, asked);
    const { name } = call.principal;
    const sql = sqlFor(space, content)?.sql;
    if (sql !== undefined) usableWarehouse(workspace.seed, space.warehouse_id, call.principal);
    const statement =
      sql === undefined ? undefined : await workspace.sql.statements.start(name, queryRequest(space, sql));
    const statementId = statement?.seen.id;
    const added = await conversations.add({
      spaceId: space.space_id,
      conversationId,
      principal: name,
      content,
      ...(statementId === undefined ? {} : { statementId }),
    });
    return { ...messageAnswer(workspace, space, added), status: "SUBMITTED", attachments: undefined };
  };

  return [
    {
      method: "GET",
      pattern: all,
      handle: (call) => {
        const visible = workspace.seed.genieSpaces.filter((one) => maySee(one, call));
        const sorted = visible.toSorted((a, b) => (a.space_id < b.space_id ? -1 : 1));
        const size = pageSize(call, "page_size", PAGE_SIZE_MAX, 20);
        const { items, nextPageToken } = pageOf(call, "genie", sorted, (one) => one.space_id, size);
        return json({ spaces: items.map(spaceAnswer), next_page_token: nextPageToken });
      },
    },
    { method: "GET", pattern: `${all}/:space`, handle: (call) => json(spaceAnswer(spaceOf(call))) },
    {
      method: "POST",
      pattern: `${all}/:space/start-conversation`,
      handle: async (call) => {
        const space = spaceOf(call);
        const started = (await ask(call, space, newId())) as { conversation_id: string; message_id: string };
        const { conversation_id, message_id } = started;
        const conversation = { id: conversation_id, conversation_id, space_id: space.space_id, title: "" };
        return json({ conversation_id, message_id, conversation, message: started });
      },
    },
    {
      method: "POST",
      pattern: `${all}/:space/conversations/:conversation/messages`,
      handle: async (call) => {
        const space = spaceOf(call);
        const [{ conversationId } = { conversationId: "" }] = await messagesOf(call);
        return json(await ask(call, space, conversationId));
      },
    },
    {
      method: "GET",
      pattern: message,
      handle: async (call) => json(messageAnswer(workspace, spaceOf(call), await messageOf(call))),
    },
    {
      method: "GET",
      pattern: `${message}/attachments/:attachment/query-result`,
      handle: async (call) => {
        spaceOf(call);
        const found = await messageOf(call);
        const statement = statementOf(workspace, found);
        if (statement === undefined || found.attachmentId !== call.params.attachment) {
          throw missing(`Attachment ${call.params.attachment}`);
        }
        return json({ statement_response: await statementAnswer(statement, noLinks) });
      },
    },
  ];
}

/** Results are inline, so they need none. */
function noLinks() {
  return { external_link: "", expiration: "" };
}

function visibleSpace({ seed }: Workspace, call: Call): Space {
  const id = call.params.space;
  const found = seed.genieSpaces.find(({ space_id }) => space_id === id);
  if (found !== undefined && maySee(found, call)) return found;
  // The same for a space that does not exist and one of others: seen in databricks/databricks-sdk-py, issue 1073.
  const cause = `Node with resource name Some(datarooms/${id}) does not exist.`;
  throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Unable to get space [${id}]. Caused by ${cause}`);
}

function maySee({ users }: Space, { principal }: Call): boolean {
  return principal.admin || users === undefined || users.includes(principal.name);
}

function spaceAnswer({ space_id, title, description, warehouse_id }: Space): object {
  return { space_id, title, description, warehouse_id };
}

/** How Databricks words it is not known. */
function missing(what: string): ApiError {
  return new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `${what} does not exist.`);
}
