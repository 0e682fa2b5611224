import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Frames that say nothing about who did it: Node, dependencies, and the clock and the test function themselves. */
const OURS = ["./", "../test/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
const LOCATION = /\(?(?:file:\/\/)?((?:\/|[A-Z]:)[^()]*:\d+:\d+)\)?$/;

/** An error made here, with so many frames of its stack. It is formatted only when somebody reads it. */
export function here(frames: number): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = frames + 1;
  const error = new Error("here");
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/** The frames of an error's stack that lie in the program or its tests. */
export function framesOf(error: Error): readonly string[] {
  return error.stack?.split("\n").filter((line) => locationOf(line) !== undefined) ?? [];
}

/** The place in the program or its tests where an error was made, as `path:line:column`. */
export function callSite(error: Error): string {
  const location = locationOf(framesOf(error)[0] ?? "");
  return location === undefined ? "an unknown place" : relative(process.cwd(), location);
}

function locationOf(frame: string): string | undefined {
  const location = LOCATION.exec(frame)?.[1];
  if (location === undefined || location.includes("/node_modules/")) return undefined;
  return OURS.some((folder) => location.startsWith(folder)) ? undefined : location;
}
