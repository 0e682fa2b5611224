import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { AgentError } from "../../../toolkit/index.ts";

/** What `decodeBody` understands, as `Accept-Encoding` wants it. Not `deflate`: some servers mean another format by it. */
export const ACCEPTED_ENCODINGS = "gzip, br";

const gunzip = promisify<Buffer, object, Buffer>(unzip); // knows zlib's format, too
const decoders: ReadonlyMap<string, typeof gunzip> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", gunzip],
  ["br", promisify<Buffer, object, Buffer>(brotliDecompress)],
]);

/**
 * Undoes `Content-Encoding`, the last one first where there are several.
 * @param what begins the messages: "GET https://…"
 * @throws {RangeError} when it grows beyond `maxBytes`
 * @throws {AgentError} `E_HTTP_BROKEN` (retryable) for damaged data, `E_REPLY_SHAPE` for an encoding we did not ask for
 */
export async function decodeBody(
  what: string,
  encodings: string | readonly string[],
  body: Buffer,
  maxBytes: number,
): Promise<Buffer> {
  let decoded = body;
  for (const encoding of String(encodings).toLowerCase().split(",").reverse()) {
    const name = encoding.trim();
    if (name === "identity" || name === "") continue;
    const decode = decoders.get(name);
    if (decode === undefined) {
      throw new AgentError("E_REPLY_SHAPE", `${what}: the reply has an unknown Content-Encoding, "${name}".`);
    }
    try {
      decoded = await decode(decoded, { maxOutputLength: maxBytes });
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw new AgentError("E_HTTP_BROKEN", `${what}: the reply's ${name} body is damaged.`, {
        cause,
        retryable: true,
      });
    }
  }
  return decoded;
}
