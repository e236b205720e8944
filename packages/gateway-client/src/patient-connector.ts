import { buildConnector } from "undici";

export interface PatientConnectorOptions {
  /** The longest that one attempt may take, in milliseconds. */
  readonly timeout: number;
  /** Of the gateway's Unix socket, if it has one. */
  readonly socketPath?: string;
  /** How long it goes on after nobody listened for the first time, in milliseconds. */
  readonly waitMs: number;
}

const pauseMs = 50;
/** Nobody listens now, or the queue of those who wait to be accepted is full. */
const absentCodes = new Set(["ECONNREFUSED", "ENOENT", "EAGAIN"]);

/**
 * Connects as undici does, and tries again while nobody listens: a gateway that is being replaced costs its callers a wait and
 * no failure. Nothing of a request has been sent before there is a connection. Once nobody has listened for `waitMs`,
 * connections fail at once, until one succeeds.
 */
export function patientConnector({ waitMs, ...options }: PatientConnectorOptions): buildConnector.connector {
  const connect = buildConnector(options);
  let absentSince: number | undefined;
  return (target, callback) => {
    const attempt = () => {
      connect(target, (error, socket) => {
        if (error === null) {
          absentSince = undefined;
          return callback(null, socket);
        }
        absentSince ??= performance.now();
        const isWorthIt = isAbsent(error) && performance.now() - absentSince < waitMs;
        if (isWorthIt) setTimeout(attempt, pauseMs);
        else callback(error, null);
      });
    };
    attempt();
  };
}

function isAbsent(error: Error): boolean {
  return "code" in error && absentCodes.has(String(error.code));
}
