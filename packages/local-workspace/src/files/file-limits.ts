export interface FileLimits {
  /** The largest file that one PUT stores; Databricks takes 5 GiB. */
  putBytesMax: number;
  /** The smallest part of an upload by parts, but for its last one; S3 takes 5 MiB. */
  partBytesMin: number;
  /** An upload by parts is dropped after this time without a request for it. */
  uploadIdleMs: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  putBytesMax: 5 * 1024 ** 3,
  partBytesMin: 5 * 1024 ** 2,
  uploadIdleMs: 24 * 60 * 60_000,
};

/** As on S3. */
export const PARTS_MAX = 10_000;
