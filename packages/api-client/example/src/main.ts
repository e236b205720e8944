import { createClient, type FrontDoor } from "@front-door/api-client";
import { element } from "./element.ts";
import { runQuery } from "./query.ts";
import { showTree } from "./tree.ts";
import { uploadFile } from "./upload.ts";

const message = element("message");
let frontDoor: FrontDoor | undefined;

/** Runs what the user asked for, and shows why it failed. */
async function attempt(action: (signedIn: FrontDoor) => Promise<void>): Promise<void> {
  message.textContent = "";
  try {
    if (frontDoor === undefined) throw new Error("Sign in first.");
    await action(frontDoor);
  } catch (error) {
    message.textContent = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

element("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(event.currentTarget as HTMLFormElement);
  const apiKey = String(given.get("apiKey"));
  frontDoor = createClient({ baseUrl: String(given.get("baseUrl")), ...(apiKey === "" ? {} : { apiKey }) });
  void attempt(async (signedIn) => showTree(element("tree"), signedIn, attempt));
});

element("file").addEventListener("change", () => void attempt(uploadFile));

element("query").addEventListener("submit", (event) => {
  event.preventDefault();
  const sql = String(new FormData(event.currentTarget as HTMLFormElement).get("sql"));
  void attempt(async (signedIn) => runQuery(signedIn, sql));
});
