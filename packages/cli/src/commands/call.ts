import { type CallOptions, operations } from "@front-door/api-client";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { printJsonArray } from "../output/print-list.ts";
import { printableText } from "../output/printable.ts";
import { printJson, stdout } from "../output/terminal.ts";
import type { SessionOf } from "../session/open-session.ts";

type Params = Readonly<Record<string, unknown>>;
type Method = (params: Params, options: CallOptions) => PromiseLike<unknown> | AsyncIterable<unknown>;

/** The methods of the client by the names of their operations, as `get_job`. */
const methods = new Map(
  (Object.keys(operations) as (keyof typeof operations)[]).map((method) => [snakeCase(method), method]),
);

const help = `
name=value is a text, a number or a flag of an address; name:=value is JSON, for the fields of a body that are no text:
  front-door call list_jobs name=nightly
  front-door call run_job job_id=123 job_parameters:='{"day":"2024-01-31"}'
A list is one array of all its pages. Events are printed as they arrive, one on each line.`;

/** `call`: any operation of the API whose reply is JSON. */
export function addCall(program: Command, sessionOf: SessionOf): void {
  program
    .command("call")
    .description("run any operation of the API, and print its reply as JSON")
    .addArgument(new Argument("<operation>").choices([...methods.keys()]))
    .argument("[parameters...]", "name=value, or name:=JSON", withParameter, {})
    .addHelpText("after", help)
    .action(async (operation: string, params: Params, _options, command: Command) => {
      const { client, signal } = sessionOf(command);
      // One of the choices.
      const name = methods.get(operation) as keyof typeof operations;
      // The front door checks the parameters of each.
      const method = client[name] as Method;
      await printReply(method(params, { signal }), operations[name].items);
    });
}

async function printReply(
  reply: PromiseLike<unknown> | AsyncIterable<unknown>,
  items: string | undefined,
): Promise<void> {
  // Rows come as one object, as any other reply does.
  if (!(Symbol.asyncIterator in reply) || items === "rows") await printJson((await reply) ?? {});
  else if (items === "lines") {
    for await (const line of reply) await stdout.write(`${printableText(JSON.stringify(line))}\n`);
  } else await printJsonArray(reply);
}

/** The parameters with one more. Throws an InvalidArgumentError for a text that is none, and for a name that is there already. */
function withParameter(text: string, before: Params): Params {
  const equals = text.indexOf("=");
  const isJson = text[equals - 1] === ":";
  const name = text.slice(0, isJson ? equals - 1 : Math.max(equals, 0));
  if (!/^\w+$/.test(name)) throw new InvalidArgumentError("It must be name=value or name:=JSON.");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} is given twice.`);
  const value = text.slice(equals + 1);
  return { ...before, [name]: isJson ? parsed(name, value) : value };
}

function parsed(name: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new InvalidArgumentError(`${name} must be JSON after ":=".`);
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
