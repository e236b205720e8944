import type { DBSQLClient } from "@databricks/sql";
import { CallFailure } from "./call-failure.ts";
import type { ThriftTransport } from "./thrift-transport.ts";

type Callback = (error: unknown) => void;

/** The parts of the driver's connection that are used here. */
interface Connection {
  readonly transport: {
    receiver(callback: (bytes: unknown) => void, seqId: number): (bytes: Buffer) => void;
  };
  /** Of every request, such as the driver's user agent. */
  readonly config: { readonly headers: Readonly<Record<string, string>> };
  readonly client?: { readonly _reqs: Record<number, Callback> };
  handleThriftResponse(bytes: unknown): void;
  write(message: Buffer, seqId: number): void;
}

/**
 * Makes the client send its calls through `transport`, and settles every one of them: the driver leaves a call whose reply
 * ends too early pending for ever (docs/sdk-transport.md, driver 14). The connection is private in the driver, and a test
 * checks it. Throws a TypeError if this version has another one.
 */
export async function replaceHttp(client: DBSQLClient, transport: ThriftTransport): Promise<void> {
  const provider = await client.getConnectionProvider();
  const connection = (await provider.getThriftConnection()) as unknown as Partial<Connection>;
  if (!isConnection(connection))
    throw new TypeError("this version of @databricks/sql sends its calls elsewhere");
  connection.write = (message, seqId) => {
    transport.call(message, connection.config.headers).then(
      (reply) => deliver(connection, reply, seqId),
      (failure: unknown) => fail(connection, seqId, failure),
    );
  };
}

function isConnection(connection: Partial<Connection>): connection is Connection {
  const { write, handleThriftResponse, transport, config } = connection;
  return (
    [typeof write, typeof handleThriftResponse, typeof transport?.receiver].every(
      (type) => type === "function",
    ) && typeof config?.headers === "object"
  );
}

/** Hands the reply to the driver, which reads it and settles the call. Does so itself if the driver does not. */
function deliver(connection: Connection, reply: Buffer, seqId: number): void {
  let cause: unknown;
  try {
    connection.transport.receiver((bytes) => connection.handleThriftResponse(bytes), seqId)(reply);
  } catch (error) {
    cause = error;
  }
  fail(connection, seqId, new CallFailure("unreadable", "the reply is not whole", { cause }));
}

/** Settles the call with `failure` unless it is settled. */
function fail({ client }: Connection, seqId: number, failure: unknown): void {
  const callback = client?._reqs[seqId];
  if (client === undefined || callback === undefined) return;
  delete client._reqs[seqId];
  callback(failure);
}
