import type { GatewayUnderTest } from "../gateway-under-test.ts";
import type { OperationCase } from "./operation-case.ts";

export const taxiSpace = { space_id: "01f0c0ffee001e5f8a9b0c1d2e3f4a5b" };
/** Only Carol may see it. */
const ledgerSpace = { space_id: "01f0c0ffee101e5f8a9b0c1d2e3f4a5b" };
const nowhere = { space_id: "nowhere" };
const content = "how many trips are there";

interface MessageIds {
  readonly space_id: string;
  readonly conversation_id: string;
  readonly message_id: string;
}

/** A question that is new. */
export async function askTaxi(gateway: GatewayUnderTest, question = content): Promise<MessageIds> {
  const { body } = await gateway.run("start_genie_conversation", { ...taxiSpace, content: question });
  const { conversation_id, message_id } = body as MessageIds;
  return { ...taxiSpace, conversation_id, message_id };
}

/** A message whose query has ended, and the id of its result. */
export async function answeredTaxi(gateway: GatewayUnderTest) {
  const ids = await askTaxi(gateway);
  const { text } = await gateway.run("watch_genie_message", ids);
  const last = text.trimEnd().split("\n").at(-2) ?? "";
  const { attachments } = JSON.parse(last) as {
    readonly attachments: readonly [{ readonly attachment_id: string }];
  };
  return { ...ids, attachment_id: attachments[0].attachment_id };
}

const missing = "RESOURCE_DOES_NOT_EXIST";
const noMessage = { conversation_id: "nothing", message_id: "nothing" };

export const genieCases = {
  list_genie_spaces: {
    params: () => ({}),
    expected: { spaces: [{ title: "Taxi trips" }, { title: "Ledger" }] },
    bad: { max_results: 0 },
    field: "max_results",
  },
  get_genie_space: {
    params: () => taxiSpace,
    expected: { title: "Taxi trips", warehouse_id: "a1b2c3d4e5f60718" },
    bad: { space_id: "../x" },
    field: "space_id",
    missing: nowhere,
    missingCode: missing,
    forbidden: ledgerSpace,
  },
  start_genie_conversation: {
    params: () => ({ ...taxiSpace, content }),
    expected: { message: { content, status: "SUBMITTED" } },
    bad: { ...taxiSpace, content: " " },
    field: "content",
    missing: { ...nowhere, content },
    missingCode: missing,
    forbidden: { ...ledgerSpace, content },
  },
  create_genie_message: {
    params: async (gateway) => {
      const { message_id: _, ...conversation } = await askTaxi(gateway);
      return { ...conversation, content };
    },
    expected: { content, status: "SUBMITTED" },
    bad: { ...taxiSpace, content },
    field: "conversation_id",
    missing: { ...taxiSpace, conversation_id: "nothing", content },
    missingCode: missing,
    forbidden: async (gateway) => ({ ...(await inLedger(gateway)), content }),
  },
  get_genie_message: {
    params: answeredMessage,
    expected: {
      status: "COMPLETED",
      attachments: [
        {
          query: {
            query: "SELECT count(*) AS trips FROM samples.nyctaxi.trips",
            query_result_metadata: { row_count: 1, is_truncated: false },
          },
        },
      ],
    },
    bad: { ...taxiSpace, conversation_id: "x", message_id: "?" },
    field: "message_id",
    missing: { ...taxiSpace, ...noMessage },
    missingCode: missing,
    forbidden: async (gateway) => ({ ...(await inLedger(gateway)), message_id: "nothing" }),
  },
  watch_genie_message: {
    params: answeredMessage,
    expected: /"status":"COMPLETED".*\n\{"complete":true\}\n$/,
    bad: { ...taxiSpace, conversation_id: "x", message_id: "" },
    field: "message_id",
    missing: { ...taxiSpace, ...noMessage },
    missingCode: missing,
    forbidden: async (gateway) => ({ ...(await inLedger(gateway)), message_id: "nothing" }),
  },
  get_genie_query_result: {
    params: answeredTaxi,
    expected: {
      columns: [{ name: "trips", type: "BIGINT" }],
      rows: [["0"]],
      row_count: 1,
      truncated: false,
    },
    bad: { ...taxiSpace, ...noMessage, attachment_id: "a.b" },
    field: "attachment_id",
    missing: { ...taxiSpace, ...noMessage, attachment_id: "nothing" },
    missingCode: missing,
    forbidden: async (gateway) => {
      return { ...(await inLedger(gateway)), message_id: "nothing", attachment_id: "nothing" };
    },
  },
} satisfies Record<string, OperationCase>;

/** A conversation of the caller's own, said to be in a space that not everybody may see. */
async function inLedger(gateway: GatewayUnderTest) {
  const { conversation_id } = await askTaxi(gateway);
  return { ...ledgerSpace, conversation_id };
}

async function answeredMessage(gateway: GatewayUnderTest): Promise<MessageIds> {
  const { attachment_id: _, ...ids } = await answeredTaxi(gateway);
  return ids;
}
