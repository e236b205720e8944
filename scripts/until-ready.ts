const intervalMs = 50;

/**
 * Whether the front door at `url` returns 200 for `GET /ready` in time, which it does when the gateway behind it has an
 * identity. wait-on cannot be cancelled: it goes on until its time is up. It is loaded here because it takes as long as
 * everything else that a start needs.
 */
export async function untilReady(url: string, timeoutMs: number): Promise<boolean> {
  const { default: waitOn } = await import("wait-on");
  const resources = [`${url.replace(/^http:/, "http-get:")}/ready`];
  return waitOn({ resources, interval: intervalMs, timeout: timeoutMs, proxy: false }).then(
    () => true,
    () => false,
  );
}
