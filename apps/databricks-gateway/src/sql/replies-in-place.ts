import type { DBSQLClient } from "@databricks/sql";

/** The parts of Thrift's `TBufferedTransport` that are used here. */
interface Transport {
  inBuf: Buffer;
  readCursor: number;
  writeCursor: number;
  ensureAvailable(length: number): void;
}

interface TransportClass {
  new (): Transport;
  receiver(callback: (transport: Transport, seqid: number) => void, seqid: number): (bytes: Buffer) => void;
}

/** Shorter reads are copied, so that a handle does not keep the rows of its reply in memory. */
const viewBytesMin = 64 * 1024;

/**
 * Makes the client return record batches as views of the reply they came in. Thrift's transport copies each reply twice,
 * which with garbage collection took a quarter of the gateway's CPU time for a large result. The transport is a private
 * field of the driver, and a test checks it; a client without it is left as it is.
 */
export async function readRepliesInPlace(client: DBSQLClient): Promise<void> {
  const provider = await client.getConnectionProvider();
  const connection = (await provider.getThriftConnection()) as { transport?: TransportClass };
  if (typeof connection.transport?.receiver === "function") {
    connection.transport = inPlace(connection.transport);
  }
}

function inPlace(Buffered: TransportClass): TransportClass {
  return class InPlace extends Buffered {
    /** Each reply gets a transport of its own, which the driver reads to the end. */
    static override receiver(callback: (transport: Transport, seqid: number) => void, seqid: number) {
      return (bytes: Buffer) => {
        const transport = new InPlace();
        transport.inBuf = bytes;
        transport.writeCursor = bytes.length;
        callback(transport, seqid);
      };
    }

    read(length: number): Buffer {
      this.ensureAvailable(length);
      const view = this.inBuf.subarray(this.readCursor, this.readCursor + length);
      this.readCursor += length;
      return length < viewBytesMin ? Buffer.from(view) : view;
    }

    /** Does not copy the rest of the reply to make room for the next one. */
    commitPosition(): void {}
  };
}
