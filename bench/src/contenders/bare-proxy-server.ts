// One hop of the bare proxy.
import { Agent, createServer, request } from "node:http";

const { PORT, TARGET = "", TOKEN = "" } = process.env;
const { hostname, port } = new URL(TARGET);
const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });

createServer({ requestTimeout: 0 }, (req, res) => {
  const headers = { ...req.headers, host: `${hostname}:${port}`, authorization: `Bearer ${TOKEN}` };
  const { method, url } = req;
  const onward = request({ agent, hostname, port, method, path: url, headers }, (reply) => {
    res.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(res);
  });
  onward.on("error", () => res.destroy());
  req.pipe(onward);
}).listen(Number(PORT), "127.0.0.1", 1_024);
