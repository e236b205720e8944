import type { MeasuredProcess } from "../measured-process.ts";

export type UpstreamKind = "fixed replies" | "fixed rows" | "local workspace";

/** What the contenders are put in front of. */
export interface Upstream {
  readonly kind: UpstreamKind;
  readonly origin: string;
  /** The file of the CA of an https origin. */
  readonly caFile?: string;
  /** A token that it accepts. */
  readonly token: string;
  readonly warehouseId: string;
  readonly process: MeasuredProcess;
}
