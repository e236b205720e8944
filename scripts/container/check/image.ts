import { docker, tryDocker, words } from "./docker.ts";
import { expect, type Report } from "./report.ts";

// Run by find(1) in the whole image, apart from what the kernel makes up.
const unwanted: Readonly<Record<string, string>> = {
  "source maps": "-type f -name *.map",
  tests:
    "( -type f ( -name *.test.* -o -name *.spec.* ) -o -type d ( -name __tests__ -o -name test -o -name tests ) )",
  "TypeScript sources": "-type f ( -name *.ts -o -name *.cts -o -name *.mts )",
  caches:
    "( -path /var/cache/* -o -path */.cache/* -o -path /var/lib/apt/lists/* -o -name *.tsbuildinfo -o -name .npm -o -name .pnpm-store )",
  "package managers":
    "( -type f -o -type l ) ( -name npm -o -name npx -o -name pnpm -o -name pnpx -o -name yarn -o -name corepack -o -name apt -o -name apt-get -o -name dpkg ) ( -path */bin/* -o -path */sbin/* -o -path */node_modules/* )",
  secrets:
    "-type f ( -name .env* -o -name .npmrc -o -name .netrc -o -name .databrickscfg -o -name *.key -o -name id_rsa* -o -name *.pem -size +0 ! -path /etc/ssl/certs/* ) ! -path /etc/ssl/openssl.cnf",
  "programs that become another user (setuid)": "-type f -perm /6000",
};

/** Its manifest says so in an old form, `licenses`, which pnpm does not read. */
const namesNoLicence = new Set(["json-bignum"]);

export async function checkImage(report: Report, image: string): Promise<void> {
  await report.check("the image holds no source map, test, cache, package manager or secret", async () => {
    for (const [what, condition] of Object.entries(unwanted)) {
      const found = await docker([
        ...words(`run --rm --network none --entrypoint find ${image}`),
        ...words(`/ ( -path /proc -o -path /sys -o -path /dev ) -prune -o ( ${condition} ) -print`),
      ]);
      expect(found === "", `${what}: ${found.split("\n").slice(0, 5).join(", ")}`);
    }
    const { Config } =
      (JSON.parse(await docker(["inspect", image])) as { Config: { Env: string[] } }[])[0] ?? {};
    const history = await docker(["history", "--no-trunc", image]);
    const told = [...(Config?.Env ?? []), history].filter((text) => /DATABRICKS_|SECRET|TOKEN/.test(text));
    expect(told.length === 0, `the image's configuration: ${told.join(", ")}`);
    return Object.keys(unwanted).join(", ").concat(": none");
  });
  await report.check("the image says what it is and what it is made of", async () => {
    const labels = await docker([
      "inspect",
      "--format",
      '{{index .Config.Labels "org.opencontainers.image.version"}}',
      image,
    ]);
    const sbom = JSON.parse(
      await docker(["run", "--rm", "--network", "none", "--entrypoint", "cat", image, "/app/sbom.cdx.json"]),
    ) as {
      bomFormat: string;
      components: { name: string; purl: string; licenses?: unknown[] }[];
      metadata: { component: { version: string } };
    };
    expect(sbom.bomFormat === "CycloneDX" && sbom.components.length > 50, "the SBOM is not whole");
    expect(
      sbom.metadata.component.version === labels,
      `label ${labels}, SBOM ${sbom.metadata.component.version}`,
    );
    const unlicensed = sbom.components.filter(
      ({ name, purl, licenses = [] }) =>
        purl.startsWith("pkg:npm/") && licenses.length === 0 && !namesNoLicence.has(name),
    );
    expect(unlicensed.length === 0, `${unlicensed.length} packages of npm without a licence in the SBOM`);
    return `version ${labels}, SBOM of ${sbom.components.length} packages`;
  });
  await report.check("image size", async () => {
    const bytes = Number(await docker(["inspect", "--format", "{{.Size}}", image]));
    const megabytes = Math.round(bytes / 1e6);
    expect(megabytes < 400, `${megabytes} MB`);
    return `${megabytes} MB`;
  });
  await report.check("a bad setting ends it with exit code 2 and a line that names the setting", async () => {
    const cases = [
      ["HOST", []],
      ["DATABRICKS_HOST", ["-e", "ALLOW_ANONYMOUS=true", "-e", "DATABRICKS_HOST=http://example.com"]],
      ["PORT", ["-e", "ALLOW_ANONYMOUS=true", "-e", "PORT=eighty"]],
    ] as const;
    for (const [name, settings] of cases) {
      const { code, output } = await tryDocker(["run", "--rm", "--network", "none", ...settings, image]);
      expect(code === 2 && output.includes(name), `${name}: exit code ${code}, ${output.slice(-300)}`);
    }
    return `${cases.map(([name]) => name).join(", ")} (on 0.0.0.0 without ALLOW_ANONYMOUS, too)`;
  });
}
