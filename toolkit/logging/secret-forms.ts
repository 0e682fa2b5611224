/** Fewer base64 characters than this could be met by chance. */
const MIN_BASE64_LENGTH = 8;

/**
 * The texts a secret may turn into on its way to a log: as it is; JSON-escaped once and twice (a reply quoted inside a
 * field); URL-encoded as in a path, in a form and in `user:password@`; and base64 within a longer text, as in
 * `Authorization: Basic`.
 */
export function formsOf(secret: string): readonly string[] {
  const escaped = inJson(secret);
  const plain = [secret, escaped, inJson(escaped)];
  return [...new Set([...plain, ...inUrls(secret), ...inBase64(secret)])];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function inUrls(secret: string): readonly string[] {
  const wellFormed = secret.toWellFormed(); // encodeURIComponent throws on half a surrogate pair
  const encoded = encodeURIComponent(wellFormed);
  const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const inForm = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  const url = new URL("http://host");
  url.password = wellFormed;
  const upper = [encoded, strict, inForm, url.password];
  return [...upper, ...upper.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

/**
 * What stays the same of the secret's base64 wherever the secret starts in the encoded text. A byte straddles base64
 * characters in three ways; the characters at either end that also hold neighbouring bytes are left out.
 */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const stable = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return stable.length < MIN_BASE64_LENGTH ? [] : [stable, stable.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
