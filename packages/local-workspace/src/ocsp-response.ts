import { createPrivateKey, X509Certificate } from "node:crypto";
import { Enumerated, OctetString, Primitive } from "asn1js";
import {
  BasicOCSPResponse,
  CertID,
  Certificate,
  id_PKIX_OCSP_Basic,
  OCSPResponse,
  ResponseBytes,
  SingleResponse,
} from "pkijs";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What an OCSP responder of the CA says of a certificate (PEM): that it is good, for `validMs` from now on (RFC 6960). */
export async function ocspResponseFor(
  cert: string,
  ca: { cert: string; key: string },
  validMs: number,
): Promise<Buffer> {
  const issuer = parsed(ca.cert);
  // Java looks a response up by the SHA-1 of the issuer.
  const certID = new CertID();
  await certID.createForCertificate(parsed(cert), { hashAlgorithm: "SHA-1", issuerCertificate: issuer });
  const good = new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 } });
  const answer = new SingleResponse({
    certID,
    certStatus: good,
    // A day in the past, because the clocks of containers differ.
    thisUpdate: new Date(Date.now() - DAY_MS),
    nextUpdate: new Date(Date.now() + validMs),
  });
  const basic = new BasicOCSPResponse();
  basic.tbsResponseData.responderID = issuer.subject;
  basic.tbsResponseData.producedAt = new Date(Date.now() - DAY_MS);
  basic.tbsResponseData.responses.push(answer);
  await basic.sign(await signingKey(ca.key), "SHA-256");
  const response = new OCSPResponse({
    responseStatus: new Enumerated({ value: 0 }),
    responseBytes: new ResponseBytes({
      responseType: id_PKIX_OCSP_Basic,
      response: new OctetString({ valueHex: basic.toSchema().toBER(false) }),
    }),
  });
  return Buffer.from(response.toSchema().toBER(false));
}

function parsed(pem: string): Certificate {
  return Certificate.fromBER(new Uint8Array(new X509Certificate(pem).raw));
}

function signingKey(pem: string) {
  const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
}
