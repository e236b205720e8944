import { readFileSync, writeFileSync } from "node:fs";

// Adds Node and Debian's packages, from dpkg's record of them, to the software bill of materials of the image.
//   node scripts/container/add-system-to-sbom.ts <sbom.cdx.json> <dpkg's status file>

interface Component {
  readonly type: "application" | "library";
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly "bom-ref": string;
}

const [sbomFile, statusFile] = process.argv.slice(2);
if (sbomFile === undefined || statusFile === undefined)
  throw new Error("usage: node scripts/container/add-system-to-sbom.ts <sbom.cdx.json> <dpkg's status file>");
const sbom = JSON.parse(readFileSync(sbomFile, "utf8")) as { components: Component[] };
const node = process.versions.node;
sbom.components.push(
  component("application", "node", node, `pkg:generic/node@${node}`),
  ...debianPackages(readFileSync(statusFile, "utf8")),
);
writeFileSync(sbomFile, `${JSON.stringify(sbom, undefined, 2)}\n`);

function debianPackages(status: string): Component[] {
  return status.split("\n\n").flatMap((record) => {
    const field = (name: string) =>
      record
        .split("\n")
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const [name, version, arch] = [field("Package"), field("Version"), field("Architecture")];
    if (name === undefined || version === undefined || arch === undefined) return [];
    if (field("Status") !== "install ok installed") return [];
    return [
      component(
        "library",
        name,
        version,
        `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${arch}`,
      ),
    ];
  });
}

function component(type: Component["type"], name: string, version: string, purl: string): Component {
  return { type, name, version, purl, "bom-ref": purl };
}
