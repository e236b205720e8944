import { z } from "zod";
import { requestOrigin } from "../http/request-origin.ts";
import { SignedLinks } from "../http/signed-links.ts";
import { uploadMissing } from "./files-error.ts";
import type { FileLimits } from "./file-limits.ts";
import { MultipartUpload } from "./multipart-upload.ts";
import type { VolumePath } from "./volume-path.ts";

/** The path that presigned URLs lead to. */
export const PRESIGNED = "/external-files";

const fileSchema = z.object({ volumeId: z.string(), segments: z.array(z.string()) });

const claimSchema = z.union([
  z.object({ method: z.enum(["GET", "PUT", "DELETE"]), file: fileSchema, overwrite: z.boolean().optional() }),
  z.object({ method: z.literal("PUT"), upload: z.string(), part: z.number() }),
  z.object({ method: z.literal("DELETE"), upload: z.string() }),
]);

/** What one presigned URL allows. */
export type StorageClaim = z.infer<typeof claimSchema>;

/** A URL and the headers that its user must send with it. */
export interface PresignedUrl {
  url: string;
  headers: { name: string; value: string }[];
}

/** Azure's storage requires it of every PUT. Here too, so that a client that drops the headers of a URL is found out. */
export const PUT_HEADER = { name: "x-ms-blob-type", value: "BlockBlob" } as const;

interface KeptUpload {
  upload: MultipartUpload;
  timer: NodeJS.Timeout;
}

/** Stands in for the cloud storage behind volumes: presigned URLs, and uploads by parts that are under way. */
export class CloudStorage {
  readonly limits: FileLimits;
  readonly #links = new SignedLinks<StorageClaim>(claimSchema);
  readonly #uploads = new Map<string, KeptUpload>();

  constructor(limits: FileLimits) {
    this.limits = limits;
  }

  /** A URL on the host that the client of the request uses. */
  presign(claim: StorageClaim, expiresAt: number): PresignedUrl {
    return {
      url: `${requestOrigin.getStore() ?? ""}${PRESIGNED}/${this.#links.make(claim, expiresAt)}`,
      headers: claim.method === "PUT" ? [PUT_HEADER] : [],
    };
  }

  /** Undefined if the token was not made here. */
  open(token: string) {
    return this.#links.open(token);
  }

  keep(upload: MultipartUpload): void {
    const timer = setTimeout(() => this.#dropIfIdle(upload.id), this.limits.uploadIdleMs).unref();
    this.#uploads.set(upload.id, { upload, timer });
  }

  /** The upload, which is kept for its full time again. Throws 404 if it is over. */
  upload(id: string): MultipartUpload {
    const kept = this.#uploads.get(id);
    if (kept === undefined) throw uploadMissing();
    kept.timer.refresh();
    return kept.upload;
  }

  /** The same for a call of the Files API: for everybody but who began the upload, and for another path, it is 404. */
  uploadOf(id: string, principal: string, target: VolumePath): MultipartUpload {
    const { options } = this.#uploads.get(id)?.upload ?? {};
    if (options?.principal !== principal || options.target.path !== target.path) throw uploadMissing();
    return this.upload(id);
  }

  async drop(upload: MultipartUpload): Promise<void> {
    clearTimeout(this.#uploads.get(upload.id)?.timer);
    this.#uploads.delete(upload.id);
    await upload.discard();
  }

  close(): void {
    for (const { timer } of this.#uploads.values()) clearTimeout(timer);
  }

  #dropIfIdle(id: string): void {
    const kept = this.#uploads.get(id);
    if (kept?.upload.isBusy === true) kept.timer.refresh();
    // Whatever is left of it after a failure is removed at the next start.
    else if (kept !== undefined) this.drop(kept.upload).catch(() => {});
  }
}
