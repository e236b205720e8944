import { startLocalWorkspace } from "@front-door/local-workspace";

/**
 * A local workspace that forgets sooner than the usual one: what a killed gateway leaves open there, and the results of an hour.
 * Tokens expire within the soak too.
 */
const [port = "0", dir = ""] = process.argv.slice(2);
const workspace = await startLocalWorkspace({
  port: Number(port),
  dir,
  tls: true,
  sampleData: false,
  sqlLimits: { sessionIdleMs: 120_000, resultKeptMs: 60_000 },
});
await workspace.changeCredentials({ oauthTokenSeconds: 600 });
process.send?.({ listening: workspace.url });
const stop = () => void workspace.close().then(() => process.exit(0));
process.once("SIGTERM", stop);
process.once("disconnect", stop);
