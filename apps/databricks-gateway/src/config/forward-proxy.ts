import { BlockList, isIP } from "node:net";
import { isLoopback } from "@front-door/service-runtime";
import * as z from "zod";

/** `http://[user:password@]host:port` of a forward proxy. Without a scheme it is `http://`, as for curl. */
const proxyAddress = z.string().transform((text, context) => {
  // Messages are without the value, which can hold a password.
  const refuse = (message: string) => {
    context.issues.push({ code: "custom", message, input: "" });
    return z.NEVER;
  };
  const url = URL.parse(/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`);
  if (
    (url?.protocol === "http:" || url?.protocol === "https:") &&
    url.pathname === "/" &&
    url.search === ""
  ) {
    if (isDecodable(url.username) && isDecodable(url.password)) return url.href;
    return refuse(
      "has a bare % in its user name or password: write it as %25, like http://user:pass%25word@proxy.example.com:3128",
    );
  }
  return refuse("must be the proxy's address, like http://proxy.example.com:3128");
});

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The names in lower case are the older ones, and win as in curl. */
export const proxySettings = {
  HTTPS_PROXY: proxyAddress.optional(),
  https_proxy: proxyAddress.optional(),
  HTTP_PROXY: proxyAddress.optional(),
  http_proxy: proxyAddress.optional(),
  NO_PROXY: z.string().optional(),
  no_proxy: z.string().optional(),
};

type ProxySettings = z.output<z.ZodObject<typeof proxySettings>>;

/**
 * The proxy for calls to `origin`. Undefined for this machine and for what NO_PROXY lists: hosts with all their
 * subdomains, or with a port, ranges of IP addresses like `10.0.0.0/8`, or `*`. Without HTTPS_PROXY, HTTP_PROXY is used: every workspace is reached by HTTPS.
 */
export function proxyFor(origin: string, settings: ProxySettings): string | undefined {
  const { hostname, port } = new URL(origin);
  if (isLoopback(hostname)) return undefined;
  const exceptions = (settings.no_proxy ?? settings.NO_PROXY ?? "").toLowerCase().split(/[\s,]/);
  const isException = (item: string) => {
    if (item === "*" || isInRange(hostname, item)) return true;
    const [, name = "", itemPort] = /^(?:\*?\.)?(.*?)(?::(\d{1,5}))?$/.exec(item) ?? [];
    const isHost = name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
    return isHost && (itemPort === undefined || itemPort === (port === "" ? "443" : port));
  };
  if (exceptions.some(isException)) return undefined;
  return settings.https_proxy ?? settings.HTTPS_PROXY ?? settings.http_proxy ?? settings.HTTP_PROXY;
}

/** Whether the host is an IP address in the range, as in `10.0.0.0/8`. False for what is no range. */
function isInRange(hostname: string, range: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  const [, network = "", bits] = /^([\da-f.:]+)\/(\d{1,3})$/.exec(range) ?? [];
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}

/** The password in a proxy's address, as it is written there and as it is meant. */
export function proxySecrets(settings: ProxySettings): string[] {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = settings;
  return [https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY].flatMap((proxy) => {
    const password = proxy === undefined ? "" : new URL(proxy).password;
    return password === "" ? [] : [password, decodeURIComponent(password)];
  });
}
