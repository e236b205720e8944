/** A location as Databricks would show one. Nothing is there: the bytes are in the state folder. */
export function storageLocation(metastoreId: string, what: "tables" | "volumes", id: string): string {
  return `s3://local-workspace/metastore/${metastoreId}/${what}/${id}`;
}
