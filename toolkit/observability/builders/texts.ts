import { createHash } from "node:crypto";
import { cutToCodePoints, fitsCodePoints } from "../code-points.ts";
import { maxTextLength } from "../limits.ts";

/** At most `max` code points, the last of them an ellipsis when something was cut. */
export function shorten(text: string, max: number): string {
  return fitsCodePoints(text, max) ? text : `${cutToCodePoints(text, max - 1)}…`;
}

const hashLength = 12; // hex digits: two of a million cut keys are the same with a chance of 1 in 500

/**
 * The key itself when it has at most 255 code points, else its first 242, `~` and a hash of the whole: the same for the same
 * key, and different for different keys.
 */
export function shortenKey(key: string): string {
  if (fitsCodePoints(key, maxTextLength)) return key;
  const hash = createHash("sha256").update(key).digest("hex").slice(0, hashLength);
  return `${cutToCodePoints(key, maxTextLength - hashLength - 1)}~${hash}`;
}

const plainTool = /^[A-Za-z0-9](?:[A-Za-z0-9_ ]{0,253}[A-Za-z0-9])?$/;
const notOfTool = /[^\p{L}\p{N}_ ]+/gu;
// Keep the look-behind: without it, many of them inside take quadratic time.
const edges = /^[_ ]+|(?<![_ ])[_ ]+$/g;

/**
 * A tool's name the server takes: what is not a letter, digit, `_` or space becomes `_`, none of it at either end. The
 * server makes it upper case, with `_` for spaces.
 * @returns an empty text when nothing is left
 */
export function cleanTool(tool: string): string {
  if (plainTool.test(tool)) return tool;
  const clean = tool.trim().replace(notOfTool, "_").replace(edges, "");
  // Upper case can be longer, and can hold accents of their own that are not letters.
  const upper = clean.toUpperCase().replace(notOfTool, "_").replace(edges, "");
  const isStable = upper === clean.toUpperCase() && fitsCodePoints(upper, maxTextLength);
  return isStable ? clean : cutToCodePoints(upper, maxTextLength).replace(edges, "");
}
