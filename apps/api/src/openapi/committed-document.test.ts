import { expect, test } from "vitest";
import { asYaml } from "../http/as-yaml.ts";
import { routes } from "../routes/routes.ts";
import { createApiDocument } from "./api-document.ts";

// A change of the contract shows in review. ./scripts/api-document.sh writes the file anew.
test("docs/openapi.yaml is the API document", async () => {
  await expect(asYaml(createApiDocument(routes))).toMatchFileSnapshot("../../../../docs/openapi.yaml");
});
