import { buildConnector } from "undici";

export interface PatientConnectorOptions {
  /** The longest that one attempt may take, in milliseconds. */
  readonly timeout: number;
  /** Of the gateway's Unix socket, if it has one. */
  readonly socketPath?: string;
  /** How long to go on while nobody listens, in milliseconds. */
  readonly waitMs: number;
}

const pauseMs = 50;
/** Nobody listens now, or the queue of those who wait to be accepted is full. */
const absentCodes = new Set(["ECONNREFUSED", "ENOENT", "EAGAIN"]);

/**
 * Connects as undici does, and tries again while nobody listens: a gateway that is being replaced costs its callers a wait and
 * no failure. Nothing of a request has been sent before there is a connection.
 */
export function patientConnector({ waitMs, ...options }: PatientConnectorOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    const giveUpAt = performance.now() + waitMs;
    const attempt = () => {
      connect(target, (error, socket) => {
        if (error === null) callback(null, socket);
        else if (isAbsent(error) && performance.now() < giveUpAt) setTimeout(attempt, pauseMs);
        else callback(error, null);
      });
    };
    attempt();
  };
}

function isAbsent(error: Error): boolean {
  return "code" in error && absentCodes.has(String(error.code));
}
