/** The part of every `WWW-Authenticate` that names this program. */
export const realm = 'realm="Databricks Front Door"';
