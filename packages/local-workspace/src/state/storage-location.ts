/** A location as Databricks shows one. Nothing is stored there; the bytes are in the state folder. */
export function storageLocation(metastoreId: string, what: "tables" | "volumes", id: string): string {
  return `s3://local-workspace/metastore/${metastoreId}/${what}/${id}`;
}
