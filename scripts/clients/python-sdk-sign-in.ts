import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalWorkspace } from "@front-door/local-workspace";
import { startIdentityProvider } from "@front-door/local-workspace/test/identity-provider";

// Signs in to the local workspace by the Python SDK's own flows. Not part of the tests:
// node scripts/clients/python-sdk-sign-in.ts [a python that has databricks-sdk]

const [python = "python3"] = process.argv.slice(2);
/** Says who the workspace takes it for. The browser that `external-browser` opens is a thread, in which Alice signs in. */
const program = `
import sys, threading, urllib.request, webbrowser
def visit(url):
    threading.Thread(target=lambda: urllib.request.urlopen(url + "&login_hint=alice@example.com").read()).start()
webbrowser.open_new = visit
import databricks.sdk, databricks.sdk.version
me = databricks.sdk.WorkspaceClient().current_user.me().user_name
print("databricks-sdk", databricks.sdk.version.__version__, me, sep=", ")
`;

const folder = mkdtempSync(join(tmpdir(), "python-sdk-"));
const [workspace, provider] = await Promise.all([
  startLocalWorkspace({ dir: join(folder, "workspace") }),
  startIdentityProvider(),
]);
try {
  const { issuer } = provider;
  const key = await provider.newKey("first");
  provider.publish("first");
  await workspace.changeCredentials({
    signInByHint: true,
    addFederationPolicy: { name: "people", issuer, audiences: ["python"], subjectClaim: "email" },
  });
  const exp = Math.floor(Date.now() / 1000) + 300;
  const jwt = await provider.sign(key, {
    iss: issuer,
    aud: "python",
    sub: "1",
    email: "bob@example.com",
    exp,
  });
  writeFileSync(join(folder, "jwt"), jwt);
  const flows = {
    "external-browser": [{}, "alice@example.com"],
    "file-oidc": [{ DATABRICKS_OIDC_TOKEN_FILEPATH: join(folder, "jwt") }, "bob@example.com"],
    "env-oidc": [{ DATABRICKS_OIDC_TOKEN: jwt }, "bob@example.com"],
  } as const;
  for (const [flow, [settings, expected]] of Object.entries(flows)) {
    // A home of its own: the SDK keeps tokens there, and reads profiles.
    const env = { HOME: folder, DATABRICKS_HOST: workspace.url, DATABRICKS_AUTH_TYPE: flow, ...settings };
    const child = spawn(python, ["-c", program], { env, stdio: ["ignore", "pipe", "inherit"] });
    const said = await child.stdout.setEncoding("utf8").toArray();
    if (child.exitCode === null) await once(child, "exit");
    const isOk = said.join("").trim().endsWith(`, ${expected}`);
    console.log(`${said.join("").trim()}, ${flow}, ${isOk ? "ok" : "failed"}`);
    if (!isOk) process.exitCode = 1;
  }
} finally {
  provider.stop();
  await workspace.close();
  rmSync(folder, { recursive: true });
}
