import { isLoopback } from "@front-door/service-runtime";
import * as z from "zod";

/** `http://[user:password@]host:port` of a forward proxy. Without a scheme it is `http://`, as for curl. */
const proxyAddress = z.string().transform((text, context) => {
  const url = URL.parse(/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`);
  if (
    (url?.protocol === "http:" || url?.protocol === "https:") &&
    url.pathname === "/" &&
    url.search === ""
  ) {
    return url.href;
  }
  // Without the value, which can hold a password.
  const message = "must be the proxy's address, like http://proxy.example.com:3128";
  context.issues.push({ code: "custom", message, input: "" });
  return z.NEVER;
});

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
 * subdomains, or with a port, or `*`. Without HTTPS_PROXY, HTTP_PROXY is used: every workspace is reached by HTTPS.
 */
export function proxyFor(origin: string, settings: ProxySettings): string | undefined {
  const { hostname, port } = new URL(origin);
  if (isLoopback(hostname)) return undefined;
  const exceptions = (settings.no_proxy ?? settings.NO_PROXY ?? "").toLowerCase().split(/[\s,]/);
  const isException = (item: string) => {
    if (item === "*") return true;
    const [, name = "", itemPort] = /^(?:\*?\.)?(.*?)(?::(\d{1,5}))?$/.exec(item) ?? [];
    const isHost = name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
    return isHost && (itemPort === undefined || itemPort === (port === "" ? "443" : port));
  };
  if (exceptions.some(isException)) return undefined;
  return settings.https_proxy ?? settings.HTTPS_PROXY ?? settings.http_proxy ?? settings.HTTP_PROXY;
}

/** The password in a proxy's address, as it is written there and as it is meant. */
export function proxySecrets(settings: ProxySettings): string[] {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = settings;
  return [https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY].flatMap((proxy) => {
    const password = proxy === undefined ? "" : new URL(proxy).password;
    return password === "" ? [] : [password, decodeURIComponent(password)];
  });
}
