/** What another user achieved, as {@link strangerProgram} prints it in one line of JSON. */
export interface StrangersOutcome {
  /** How each attempt on the socket ended: the system's error code, or "done". */
  readonly attempts: Readonly<Record<string, string>>;
  /** The statuses that the front door answered while the other user listened on the gateway's port. */
  readonly statuses: readonly number[];
  /** The paths of all requests that arrived there. The program itself sends the last one, `/seen`. */
  readonly seen: readonly string[];
}

/** What another user gets who tries everything on the socket and its folder. */
export const allRefused: StrangersOutcome["attempts"] = {
  connect: "EACCES",
  "listen beside it": "EACCES",
  "delete it": "EACCES",
  "rename its folder": "EPERM",
  "read its folder": "EACCES",
};

/**
 * A program for `node --eval`, with the path of the gateway's socket as its argument: it tries to connect to it and to take
 * its place. With a port and the front door's URL behind it, it takes the gateway's port and calls the front door with
 * a token. Root becomes the user 65534 first; Node is loaded by then, since other users may not be able to read it.
 */
export const strangerProgram = `
  const { connect, createServer } = require("node:net");
  const { readdirSync, renameSync, rmSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  const [socket, port, frontDoor] = process.argv.slice(1);
  if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }

  const folder = dirname(socket);
  const once = (emitter, event) => new Promise((done, fail) => emitter.once(event, done).once("error", fail));
  const tries = {
    connect: () => once(connect(socket), "connect"),
    "listen beside it": () => once(createServer().listen(join(folder, "other.sock")), "listening"),
    "delete it": () => rmSync(socket),
    "rename its folder": () => renameSync(folder, folder + "-moved"),
    "read its folder": () => readdirSync(folder),
  };
  (async () => {
    const attempts = {}, statuses = [], seen = [];
    for (const [name, attempt] of Object.entries(tries))
      attempts[name] = await (async () => attempt())().then(() => "done", (error) => error.code);
    if (port) {
      const forger = require("node:http").createServer((request, response) => {
        seen.push(request.url);
        response.end("{}");
      });
      await once(forger.listen(Number(port), "127.0.0.1"), "listening");
      for (let call = 0; call < 3; call++)
        statuses.push((await fetch(frontDoor + "/api/me", { headers: { authorization: "Bearer of-a-user" } })).status);
      await fetch("http://127.0.0.1:" + port + "/seen");
    }
    console.log(JSON.stringify({ attempts, statuses, seen }));
    process.exit();
  })();
`;
