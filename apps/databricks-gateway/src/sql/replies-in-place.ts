import type { DBSQLClient } from "@databricks/sql";

/** Thrift's `TBufferedTransport`, as far as it is needed here. */
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

/** What is shorter is copied, so that a handle does not keep the rows that came with it. */
const viewBytesMin = 64 * 1024;

/**
 * From now on a record batch that the client gives is a view of the reply that it came in. Thrift's transport copies each
 * reply into a buffer of its own, and out of that again: with what V8's collector did for these buffers, a quarter of the
 * gateway's CPU time for a large result. A private field of the driver's, guarded by a test: where there is no such
 * transport, everything stays as it is.
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
    /** The driver has read each reply to its end by then. */
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

    /** Would copy what is left of the reply, to make room for the next: each has a transport of its own. */
    commitPosition(): void {}
  };
}
