import { prettyFactory } from "pino-pretty";

interface Terminal {
  hasColors(): boolean;
  write(text: string): void;
}

/** Writes each line of a JSON log as one coloured line to a terminal, and any other line as it is. */
export function prettyLines(terminal: Terminal): (name: string, line: string) => void {
  const pretty = prettyFactory({
    colorize: terminal.hasColors(),
    singleLine: true,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname,service,method,path,status,duration_ms,durationMs",
    errorLikeObjectKeys: [],
    messageFormat: ({ msg, log, method, path, status, duration_ms: ofApps, durationMs = ofApps }) =>
      typeof method === "string"
        ? `${method} ${String(path)} ${String(status)} in ${String(durationMs)} ms`
        : String(msg ?? log),
  });
  return (name, given) => {
    const line = printable(given);
    const entry = parsed(line);
    terminal.write(entry === undefined ? `${name}: ${line}\n` : (pretty({ ...entry, name }) ?? ""));
  };
}

function parsed(line: string): object | undefined {
  try {
    const entry: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === "string" ? printable(value) : value,
    );
    return typeof entry === "object" && entry !== null && !Array.isArray(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** What a line says may come from a caller: it must neither control the terminal nor begin a new line. */
const printable = (text: string) => text.replaceAll(/\p{Cc}+/gu, " ");
