import { z } from "zod";

/** What HTTP clients refuse to send in a header (RFC 9110, "field values"): a tab and the rest of Latin-1 are fine. */
const UNFIT: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/[\r\n]/, "line break"],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is those that are looked for
  [/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/, "control character"],
  [/[\u0100-\uffff]/, "character outside Latin-1, such as a typographic quote"],
];

/**
 * Text, not empty, that is sent in an HTTP header as it is: `secret(headerText())` for keys and tokens. Not for what is
 * encoded on its way, such as a password or the client secret of OAuth: those may hold anything.
 */
export function headerText() {
  return z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const [, kind] = UNFIT.find(([pattern]) => pattern.test(text)) ?? [];
      if (kind === undefined) return;
      const message = `must not contain a ${kind}: it is sent in an HTTP header, which cannot carry that`;
      context.addIssue({ code: "custom", message });
    });
}
