import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 2 is SERVER, 3 is CLIENT. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2 is an error. */
  readonly status: number;
}

export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** The headers of each request. */
  readonly headers: readonly NodeJS.Dict<string | string[]>[];
  /** What it answers from now on. Default: 200. */
  answerWith(status: number | "nothing"): void;
}

/** A collector's `POST /v1/traces` in protobuf, which keeps what it is sent. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  let answer: number | "nothing" = 200;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      headers.push(req.headers);
      if (answer === "nothing") return;
      const isTraces = req.method === "POST" && req.url === "/v1/traces";
      if (isTraces && answer === 200) spans.push(...spansIn(Buffer.concat(chunks)));
      res.writeHead(isTraces ? answer : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    answerWith(status) {
      answer = status;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An ExportTraceServiceRequest, by the field numbers of OpenTelemetry's protocol. */
function spansIn(request: Buffer): ReceivedSpan[] {
  return messages(request, 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1).flatMap((each) => messages(each, 1));
    const service = String(attributesIn(resource)["service.name"]);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        service,
        traceId: bytes(span, 1).toString("hex"),
        spanId: bytes(span, 2).toString("hex"),
        parentSpanId: bytes(span, 4).toString("hex"),
        name: bytes(span, 5).toString(),
        kind: number(span, 6),
        attributes: attributesIn(messages(span, 9)),
        status: messages(span, 15).map((status) => number(status, 3))[0] ?? 0,
      }));
  });
}

/** The service's attributes are texts and whole numbers. */
function attributesIn(pairs: readonly Buffer[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value = Buffer.alloc(0)] = messages(pair, 2);
      const isText = fieldsOf(value).some(([field]) => field === 1);
      return [bytes(pair, 1).toString(), isText ? bytes(value, 1).toString() : number(value, 3)];
    }),
  );
}

type Field = readonly [number: number, value: number | Buffer];

function messages(message: Buffer, number: number): Buffer[] {
  return fieldsOf(message).flatMap(([field, value]) =>
    field === number && Buffer.isBuffer(value) ? [value] : [],
  );
}

function bytes(message: Buffer, number: number): Buffer {
  return messages(message, number)[0] ?? Buffer.alloc(0);
}

function number(message: Buffer, number: number): number {
  const [, value] = fieldsOf(message).find(([field]) => field === number) ?? [];
  return typeof value === "number" ? value : 0;
}

/** The fields of a protobuf message, without knowing what they are: `[number, value]`. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) fields.push([field, varint()]);
    else {
      const length = wireType === 2 ? varint() : wireType === 1 ? 8 : 4;
      fields.push([field, message.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}
