import { OperationError, operations } from "@front-door/operations";
import { askForBody, requestBody } from "@front-door/service-runtime";
import type { Request } from "express";
import type * as z from "zod";
import { checkContentEncoding, refuseForm } from "../http/request-body-headers.ts";
import { sendJson } from "../http/send-json.ts";
import { routeOf } from "../routing/operation-route.ts";
import type { Route } from "../routing/route.ts";

const { params, result: storedFile } = operations.write_file;
const example = { path: "/Volumes/main/default/files/report.csv", file_size: 52_428_800, created: true };

export const uploadFile: Route = {
  ...routeOf("write_file"),
  query: params,
  fileBody:
    "The bytes of the file, of any type but a form's (`multipart/form-data`, `application/x-www-form-urlencoded`), and without a content encoding. The type is not stored.",
  replies: {
    201: { description: "A new file was stored.", json: storedFile, example },
    200: {
      description: "An existing file was replaced.",
      json: storedFile,
      example: { ...example, created: false },
    },
  },
  async handle({ req, res, query, call }, { gateway, limits: { fileIdleTimeoutMs } }) {
    refuseForm(req);
    checkContentEncoding(req);
    refusePartialWrites(req);
    askForBody(req, res);
    const stream = requestBody(req, {
      onBytes: (count) => {
        res.locals.bytesIn = (res.locals.bytesIn ?? 0) + count;
      },
      // It is the caller's pause alone that is limited: the gateway has a limit of its own for Databricks'.
      onTurn: (side) => void req.setTimeout(side === "sender" ? fileIdleTimeoutMs : 0),
      brokenOff: () => new OperationError("CANCELLED", "The caller hung up before the end of the file."),
    });
    const onIdle = () => {
      const message = `No byte arrived for ${fileIdleTimeoutMs / 1000} seconds.`;
      stream.destroy(new OperationError("REQUEST_TIMEOUT", message));
    };
    req.on("timeout", onIdle);
    try {
      const reply = await gateway.upload(
        "write_file",
        query as z.output<typeof params>,
        { stream, length: announcedLength(req), isComplete: () => req.complete },
        call,
      );
      sendJson(res, reply.created ? 201 : 200, reply);
    } finally {
      stream.destroy();
      req.setTimeout(0).off("timeout", onIdle);
    }
  },
};

const preconditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"];

/** Refuses a conditional or partial write, which must not become a plain overwrite. */
function refusePartialWrites({ headers }: Request): void {
  if (headers["content-range"] !== undefined) {
    throw new OperationError("BAD_REQUEST", "Content-Range is not supported: send the whole file.");
  }
  const condition = preconditions.find((name) => headers[name] !== undefined);
  if (condition !== undefined) {
    throw new OperationError(
      "NOT_IMPLEMENTED",
      `${condition} is not supported for writes: use overwrite=false.`,
    );
  }
}

function announcedLength({ headers }: Request): number | undefined {
  if (headers["transfer-encoding"] !== undefined) return undefined;
  return Number(headers["content-length"] ?? 0);
}
