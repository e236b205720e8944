import { isIP } from "node:net";
import * as z from "zod";
import { wholeNumber } from "./setting-types.ts";

/** Where metrics are served. Both processes have these settings, with the same values. */
export const metricsSettings = {
  METRICS_HOST: z
    .string()
    .refine((host) => isIP(host) !== 0, "must be an IP address of this machine, like 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  /** Of the front door. The gateway has the next one. */
  METRICS_PORT: wholeNumber(1, 65_534).optional(),
};

const settings = z.object(metricsSettings);

/** Where one process serves its metrics. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Undefined: nowhere, and nothing is measured. */
export function metricsAddress(
  { METRICS_HOST: host, METRICS_PORT: port }: z.output<typeof settings>,
  process: "front door" | "gateway",
): MetricsAddress | undefined {
  return port === undefined ? undefined : { host, port: process === "gateway" ? port + 1 : port };
}
