import { Readable } from "node:stream";
import { OperationError, operations } from "@front-door/operations";
import * as z from "zod";
import { defineTool } from "../tool.ts";

export const writeFile = defineTool({
  name: "write_file",
  title: "Write a file",
  description:
    "Stores text, or bytes as base64, as a file of a volume: all of it or nothing, at most 500,000 characters. Makes missing directories. Fails if the file exists, unless overwrite is true.",
  domain: "files",
  listedByDefault: true,
  kind: "mutation",
  idempotent: false,
  needs: ["write_file"],
  params: z
    .strictObject({
      path: operations.write_file.params.shape.path,
      text: z.string().max(500_000).optional().describe("What to store, in UTF-8."),
      base64: z.base64().max(500_000).optional().describe("Instead of text: bytes."),
      overwrite: z.boolean().default(false).describe("Replace the file if it exists."),
    })
    .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), {
      message: "must have either text or base64",
    }),
  result: operations.write_file.result,
  async run({ path, text, base64, overwrite }, { gateway, call }) {
    const bytes = text === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(text);
    const body = { stream: Readable.from([bytes]), length: bytes.length };
    try {
      return { structured: await gateway.upload("write_file", { path, overwrite }, body, call) };
    } catch (error) {
      if (!(error instanceof OperationError) || error.status !== 409) throw error;
      throw error.with(
        {},
        `${error.message} Call again with overwrite: true to replace it, or choose another path.`,
      );
    }
  },
});
