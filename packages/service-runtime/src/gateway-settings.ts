import * as z from "zod";
import { wholeNumber } from "./setting-types.ts";
import type { SettingsReport } from "./settings-report.ts";

/** Where the gateway listens and the secret its callers send. Both processes have these settings, with the same values. */
export const gatewaySettings = {
  GATEWAY_PORT: z
    .union([z.literal("off"), wholeNumber(1, 65_535)], {
      error: "must be a port between 1 and 65535, or off to use GATEWAY_SOCKET alone",
    })
    .default(3002),
  GATEWAY_SOCKET: z
    .string()
    // The kernel's limit is 107 bytes on Linux and 103 on macOS.
    .refine(
      (path) => path.startsWith("/") && Buffer.byteLength(path) <= 103,
      "must be an absolute path of at most 103 bytes",
    )
    .optional(),
  GATEWAY_SECRET: z
    .string("is missing: set it to 16 to 512 random characters, the same for the front door and the gateway")
    .regex(/^[\x21-\x7e]{16,512}$/, "must be 16 to 512 visible ASCII characters without spaces"),
};

const settings = z.object(gatewaySettings);

/** Where the gateway can be reached: on the port, on the socket, or on both. */
export interface GatewayAddress {
  /** On 127.0.0.1. Undefined if it is closed. */
  readonly port: number | undefined;
  readonly socketPath: string | undefined;
}

export function gatewayAddress(
  { GATEWAY_PORT: port, GATEWAY_SOCKET: socketPath }: z.output<typeof settings>,
  report: SettingsReport,
): GatewayAddress {
  if (port === "off" && socketPath === undefined && !report.has("GATEWAY_SOCKET")) {
    report.refuse("GATEWAY_PORT", "is off and GATEWAY_SOCKET is not set: set one of them");
  }
  return { port: port === "off" ? undefined : port, socketPath };
}
