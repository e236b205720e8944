import manifest from "../package.json" with { type: "json" };

/** The version of the product. All packages have the same, which a test checks. */
export const productVersion: string = manifest.version;
