import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals texts so that they can be kept by somebody else: AES-256-GCM with a fresh nonce. A sealed text opens only under the
 * name that it was sealed under. The first key seals and all of them open, so keys can be rotated.
 */
export class Seal {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #sealing: { readonly id: string; readonly key: Buffer };

  constructor(keys: readonly Buffer[]) {
    const [key] = keys;
    if (key === undefined) throw new TypeError("a seal needs a key");
    this.#sealing = { id: idOf(key), key };
    this.#keys = new Map(keys.toReversed().map((each) => [idOf(each), each]));
  }

  seal(text: string, name: string): string {
    const { id, key } = this.#sealing;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
    cipher.setAAD(aad(id, name));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return `${id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url")}`;
  }

  /** Undefined if it was not sealed with any of the keys, or not under this name, or was changed since. */
  open(text: string, name: string): string | undefined {
    const [id = "", encoded = ""] = text.split(".", 2);
    const key = this.#keys.get(id);
    const bytes = Buffer.from(encoded, "base64url");
    if (key === undefined || bytes.length < ivBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(aad(id, name));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const opened = [decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()];
      return Buffer.concat(opened).toString("utf8");
    } catch {
      return undefined;
    }
  }
}

function aad(id: string, name: string): Buffer {
  return Buffer.from(JSON.stringify([id, name]));
}

/** Tells keys apart, and says nothing about them. */
function idOf(key: Buffer): string {
  return createHash("sha256").update("session key id").update(key).digest("hex").slice(0, 8);
}
