import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:tls";
import { BasicOCSPResponse, Certificate, OCSPResponse } from "pkijs";
import { expect, test } from "vitest";
import { startForTest } from "../test/under-test.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const parsed = ({ raw }: X509Certificate) => Certificate.fromBER(new Uint8Array(raw));

test("the handshake brings the CA's signed word that the server's certificate is not revoked, which Java asks for", async () => {
  const { workspace } = await startForTest({ tls: true });
  const ca = await readFile(workspace.caFile!);
  const { port } = new URL(workspace.url);
  const socket = connect({ port: Number(port), host: "127.0.0.1", ca, requestOCSP: true });
  const [[stapled]] = (await Promise.all([once(socket, "OCSPResponse"), once(socket, "secureConnect")])) as [
    [Buffer],
    unknown,
  ];
  const server = parsed(socket.getPeerX509Certificate()!);
  socket.destroy();
  const response = OCSPResponse.fromBER(new Uint8Array(stapled));
  const issuer = parsed(new X509Certificate(ca));
  expect(await response.getCertificateStatus(server, issuer)).toEqual({ isForCertificate: true, status: 0 });
  const basic = BasicOCSPResponse.fromBER(response.responseBytes!.response.valueBlock.valueHexView);
  // The response need not carry its signer, whom the client knows.
  basic.certs = [issuer];
  expect(await basic.verify({ trustedCerts: [issuer] })).toBe(true);
  const { thisUpdate, nextUpdate } = basic.tbsResponseData.responses[0]!;
  expect(thisUpdate.getTime()).toBeLessThan(Date.now());
  expect(nextUpdate?.getTime()).toBeGreaterThan(Date.now() + 300 * DAY_MS);
});
