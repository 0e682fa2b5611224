import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

export interface PageFile {
  readonly contentType: string;
  readonly text: string;
}

/** The status page's files by name, read once: afterwards it needs no disk. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(import.meta.dirname, "page");
  return new Map(
    readdirSync(folder).flatMap((name): readonly [string, PageFile][] => {
      const contentType = CONTENT_TYPES[extname(name)];
      return contentType === undefined ? [] : [[name, { contentType, text: readFileSync(join(folder, name), "utf8") }]];
    }),
  );
}
