import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf, readRegularFile, type SettingsReport } from "@front-door/service-runtime";
import { parse as parseIni } from "ini";
import * as z from "zod";
import { type Credentials, firstCredentials } from "./own-identity.ts";
import {
  type NamedWorkspace,
  visible,
  warehouseHttpPath,
  warehouseIdText,
  workspaceAddress,
  workspaceIdText,
} from "./workspace-address.ts";

export interface Profile {
  readonly name: string;
  /** Undefined for a profile without a host. */
  readonly host: NamedWorkspace | undefined;
  /** The ids that the profile gives its workspace, in any of its fields. */
  readonly workspaceIds: readonly string[];
  /** Undefined for a profile that only names a host. */
  readonly credentials: Credentials | undefined;
  readonly httpPath: string | undefined;
}

const profileSection = z.object({
  host: workspaceAddress.optional(),
  token: visible.optional(),
  client_id: visible.optional(),
  client_secret: visible.optional(),
  oidc_token_filepath: z.string().optional(),
  azure_tenant_id: visible.optional(),
  azure_client_id: visible.optional(),
  azure_client_secret: visible.optional(),
  http_path: warehouseHttpPath.optional(),
  warehouse_id: warehouseIdText.optional(),
  workspace_id: workspaceIdText.optional(),
});

/** The path of the profiles' file: `file`, or the Databricks CLI's own. */
export function profilesFile(file: string | undefined): string {
  return (file ?? join(homedir(), ".databrickscfg")).replace(/^~(?=\/)/, homedir());
}

/** The profiles of one file. A problem is reported under the setting that names the profile. */
export class Profiles {
  readonly #file: string;
  readonly #report: SettingsReport;
  #sections: Record<string, unknown> | undefined;

  constructor(file: string | undefined, report: SettingsReport) {
    this.#file = profilesFile(file);
    this.#report = report;
  }

  read(name: string, setting: string): Profile | undefined {
    const sections = this.#load(setting);
    if (sections === undefined) return undefined;
    const refuse = (what: string) => this.#report.refuse(`${setting} "${name}"`, what);
    const section = profileSection.safeParse(sectionOf(sections, name));
    if (!section.success) {
      const [issue] = section.error.issues;
      if (issue === undefined || issue.path.length === 0) return refuse("is not in the file of profiles");
      return refuse(`has a bad ${issue.path.join(".")}, which ${issue.message}`);
    }
    const { host, token, client_id: clientId, client_secret: clientSecret } = section.data;
    const { oidc_token_filepath: tokenFile } = section.data;
    const { http_path: httpPath, warehouse_id: warehouseId, workspace_id: workspaceId } = section.data;
    const isPaired = (clientId === undefined) === (clientSecret === undefined);
    if (!isPaired && (tokenFile === undefined || clientId === undefined)) {
      return refuse("has only one of client_id and client_secret: add the other");
    }
    const entra = {
      tenantId: section.data.azure_tenant_id,
      clientId: section.data.azure_client_id,
      clientSecret: section.data.azure_client_secret,
    };
    return {
      name,
      host,
      workspaceIds: [workspaceId, host?.workspaceId, httpPath?.workspaceId].filter((id) => id !== undefined),
      credentials: firstCredentials({ token, clientId, clientSecret, tokenFile, entra })?.credentials,
      httpPath:
        httpPath?.path ?? (warehouseId === undefined ? undefined : `/sql/1.0/warehouses/${warehouseId}`),
    };
  }

  #load(setting: string): Record<string, unknown> | undefined {
    try {
      this.#sections ??= parseIni(withEqualSigns(readRegularFile(this.#file)));
      return this.#sections;
    } catch (error) {
      if (codeOf(error) === "ENOTTEXT") {
        return this.#report.refuse(
          setting,
          "is in a file that is not text in UTF-8: save it in that encoding",
        );
      }
      return this.#report.refuse(
        setting,
        "cannot be read: make the file with `databricks configure`, or set DATABRICKS_CONFIG_FILE",
      );
    }
  }
}

/** Databricks' Python tools also read `host: https://…`, which `ini` would take for a name without a value. */
function withEqualSigns(text: string): string {
  return text.replaceAll(/^([ \t]*[A-Za-z]\w*[ \t]*):/gm, "$1=");
}

/** `ini` reads dots in a section's name as nesting: `[my.profile]` is `{ my: { profile } }`. */
function sectionOf(sections: Record<string, unknown>, name: string): unknown {
  let section: unknown = sections;
  for (const part of name.split(".")) {
    if (typeof section !== "object" || section === null || !Object.hasOwn(section, part)) return undefined;
    section = (section as Record<string, unknown>)[part];
  }
  return section;
}
