import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { AgentError } from "../../../toolkit/index.ts";

/** What `decodeBody` understands, as `Accept-Encoding` wants it. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";

const decoders = {
  gzip: promisify<Buffer, object, Buffer>(unzip),
  deflate: promisify<Buffer, object, Buffer>(unzip),
  br: promisify<Buffer, object, Buffer>(brotliDecompress),
};

/**
 * Undoes `Content-Encoding`.
 * @throws {RangeError} when it grows beyond `maxBytes`
 * @throws {AgentError} `E_HTTP_BROKEN` (retryable) for damaged data, `E_REPLY_SHAPE` for an encoding we did not ask for
 */
export async function decodeBody(encoding: string, body: Buffer, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase().replace(/^x-/, "");
  if (name === "identity" || name === "") return body;
  const decode = Object.hasOwn(decoders, name) ? decoders[name as keyof typeof decoders] : undefined;
  if (decode === undefined)
    throw new AgentError("E_REPLY_SHAPE", `The reply has an unknown Content-Encoding, "${name}".`);
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new AgentError("E_HTTP_BROKEN", `The reply's ${name} body is damaged.`, { cause, retryable: true });
  }
}
