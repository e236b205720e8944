import { type ErrorCode, errorTable, isErrorCode } from "@front-door/operations";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { createApiDocument } from "../src/openapi/api-document.ts";
import { routes } from "../src/routes/routes.ts";
import type { Route } from "../src/routing/route.ts";
import type { Answer } from "./start-stack.ts";

interface Reply {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, object>>;
}

/** The replies that the API document lists, and those of them that have been seen. */
export class DocumentedReplies {
  readonly #document = JSON.parse(JSON.stringify(createApiDocument(routes)));
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #seen = new Set<string>();

  constructor() {
    this.#ajv.addSchema(this.#document, "document");
  }

  /** How the reply differs from the document: its status, its headers, its media type, its body and its error code. */
  problemsOf(route: Route, answer: Answer): string[] {
    const listed = this.#repliesOf(route)[answer.status];
    if (listed === undefined) return [`the document has no ${answer.status}: ${answer.text}`];
    const { error_code: code, request_id: requestId } = answer.json ?? {};
    this.#seen.add(keyOf(route, answer.status, answer.status < 400 ? undefined : code));
    const reply = this.#resolved(listed);
    const missing = Object.entries(reply.headers ?? {})
      .filter(([name, header]) => this.#resolved(header).required === true && !(name in answer.headers))
      .map(([name]) => `no header ${name}`);
    if (answer.bytes.length === 0) return missing;
    const type = mediaTypeOf(answer);
    if (reply.content?.[type] === undefined) return [...missing, `the document has no ${type}`];
    const body = type === "application/json" ? this.problemsOfBody(route, answer, answer.json) : [];
    if (answer.status < 400) return [...missing, ...body];
    return [
      ...missing,
      ...body,
      ...(requestId === answer.headers["x-request-id"] ? [] : [`the request id ${requestId}`]),
      ...(isErrorCode(code) && !codesIn(listed).includes(code) ? [`the document has no ${code}`] : []),
    ];
  }

  /** Why the document's schema of this reply refuses `body`: the reply's, or a line of NDJSON. */
  problemsOfBody(route: Route, answer: Answer, body: unknown): string[] {
    const listed = this.#repliesOf(route)[answer.status];
    const pointer = listed?.$ref?.slice(1) ?? pointerTo(route, answer.status);
    return this.#problemsBy(`document#${pointer}/content/${escaped(mediaTypeOf(answer))}/schema`, body);
  }

  /** Why `body` is not the envelope of an error, as the document has it. */
  problemsOfError(body: unknown): string[] {
    return this.#problemsBy("document#/components/schemas/Error", body);
  }

  /** Counts an error as seen whose reply has no body to name it. */
  see(route: Route, code: ErrorCode): void {
    this.#seen.add(keyOf(route, errorTable[code].status, code));
  }

  /** `get_catalog 404 CATALOG_DOES_NOT_EXIST` of every reply that the document lists and that was not seen. */
  unseen(): string[] {
    return routes.flatMap((route) =>
      Object.entries(this.#repliesOf(route)).flatMap(([status, reply]) => {
        const codes = status < "400" ? [undefined] : codesIn(reply);
        return codes.map((code) => keyOf(route, Number(status), code)).filter((key) => !this.#seen.has(key));
      }),
    );
  }

  #problemsBy(schema: string, body: unknown): string[] {
    // Compiling one takes longer than most requests.
    const validate = this.#validators.get(schema) ?? this.#ajv.compile({ $ref: schema });
    this.#validators.set(schema, validate);
    return validate(body) ? [] : [this.#ajv.errorsText(validate.errors)];
  }

  #repliesOf(route: Route): Readonly<Record<string, Reply>> {
    return this.#document.paths[documentedPath(route)][route.method].responses;
  }

  #resolved(value: { readonly $ref?: string }): Reply & { readonly required?: boolean } {
    if (value.$ref === undefined) return value;
    // The document is JSON, and its own references lead somewhere.
    return value.$ref
      .slice(2)
      .split("/")
      .reduce((object, key) => object[key], this.#document);
  }
}

function mediaTypeOf({ headers }: Answer): string {
  return String(headers["content-type"]).split(";", 1)[0] ?? "";
}

function keyOf({ operationId }: Route, status: number, code: string | undefined): string {
  return [operationId, status, ...(code === undefined ? [] : [code])].join(" ");
}

function codesIn({ description = "" }: Reply): string[] {
  return Array.from(description.matchAll(/`([A-Z_]+)`/g), ([, code = ""]) => code);
}

function documentedPath({ path }: Route): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

function pointerTo(route: Route, status: number): string {
  const path = encodeURIComponent(escaped(documentedPath(route)));
  return `/paths/${path}/${route.method}/responses/${status}`;
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
