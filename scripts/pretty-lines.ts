import { prettyFactory } from "pino-pretty";

/** Writes each line of JSON log as one coloured line to a terminal, and any other line as it is. */
export function prettyLines(terminal: NodeJS.WriteStream): (name: string, line: string) => void {
  const pretty = prettyFactory({
    colorize: terminal.hasColors(),
    singleLine: true,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname,service,method,path,status,duration_ms,durationMs",
    errorLikeObjectKeys: [],
    messageFormat: ({ msg, log, method, path, status, duration_ms, durationMs }) =>
      method === undefined
        ? String(msg ?? log)
        : `${String(method)} ${String(path)} ${String(status)} in ${String(duration_ms ?? durationMs)} ms`,
  });
  return (name, line) => {
    const entry = parsed(line);
    terminal.write(entry === undefined ? `${name}: ${printable(line)}\n` : (pretty({ ...entry, name }) ?? ""));
  };
}

function parsed(line: string): object | undefined {
  try {
    const entry: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === "string" ? printable(value) : value,
    );
    return typeof entry === "object" && entry !== null ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A caller may have sent what a line says: it must neither control the terminal nor begin a new line. */
const printable = (text: string) => text.replaceAll(/\p{Cc}+/gu, " ");
