/** The URI of the whole result of a statement. */
export function resultUri(statementId: string): string {
  return `databricks://statements/${encodeURIComponent(statementId)}/result`;
}
