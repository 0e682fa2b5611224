import { Scanner } from "./scanner.ts";

/** Names of keys, and indexes of array elements, from the top of the document downwards. */
export type JsonPath = readonly (string | number)[];

export interface KeyOffsets {
  readonly key: number;
  readonly value: number;
}

/**
 * Where each key of a TOML text, and its value, starts. A key that is only implied (`a` in `[a.b]` or in `a.b = 1`) is
 * where it is first named; an array element is where its value is.
 * @param text TOML that a parser has accepted
 * @returns by `JSON.stringify(path)`; offsets count UTF-16 units from 0
 */
export function keyOffsets(text: string): ReadonlyMap<string, KeyOffsets> {
  const reader = new OffsetReader(text);
  return reader.readDocument();
}

class OffsetReader {
  readonly #scanner: Scanner;
  readonly #found = new Map<string, KeyOffsets>();
  /** How many `[[name]]` there are so far for each path. */
  readonly #entries = new Map<string, number>();

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  readDocument(): ReadonlyMap<string, KeyOffsets> {
    const scanner = this.#scanner;
    let table: JsonPath = [];
    for (scanner.skipBlank(); !scanner.done; scanner.skipBlank()) {
      if (scanner.startsWith("[")) table = this.#readHeader();
      else this.#readPair(table);
    }
    return this.#found;
  }

  #readHeader(): JsonPath {
    const scanner = this.#scanner;
    const isEntry = scanner.take("[[");
    if (!isEntry) scanner.take("[");
    let path: JsonPath = [];
    const names = scanner.readKey();
    for (const [index, { name, at }] of names.entries()) {
      path = [...path, name];
      this.#record(path, at, at);
      const last = this.#entries.get(JSON.stringify(path));
      const isNew = isEntry && index === names.length - 1;
      if (isNew) this.#entries.set(JSON.stringify(path), (last ?? 0) + 1);
      if (isNew || last !== undefined) path = [...path, isNew ? (last ?? 0) : (last ?? 1) - 1];
      if (isNew) this.#record(path, at, at);
    }
    scanner.take(isEntry ? "]]" : "]");
    return path;
  }

  #readPair(table: JsonPath): void {
    const scanner = this.#scanner;
    const names = scanner.readKey();
    scanner.take("=");
    scanner.skipBlank();
    let path = table;
    for (const { name, at } of names) {
      path = [...path, name];
      this.#record(path, at, scanner.at);
    }
    this.#readValue(path);
  }

  #readValue(path: JsonPath): void {
    const scanner = this.#scanner;
    if (scanner.startsWith('"') || scanner.startsWith("'")) scanner.skipString();
    else if (scanner.take("{")) this.#readList("}", () => this.#readPair(path));
    else if (scanner.take("[")) this.#readList("]", (index) => this.#readElement([...path, index]));
    else scanner.skipBareValue();
  }

  #readElement(path: JsonPath): void {
    this.#record(path, this.#scanner.at, this.#scanner.at);
    this.#readValue(path);
  }

  #readList(end: string, readItem: (index: number) => void): void {
    const scanner = this.#scanner;
    scanner.skipBlank();
    for (let index = 0; !scanner.done && !scanner.take(end); index++) {
      readItem(index);
      scanner.skipBlank();
      scanner.take(",");
      scanner.skipBlank();
    }
  }

  #record(path: JsonPath, key: number, value: number): void {
    const name = JSON.stringify(path);
    if (!this.#found.has(name)) this.#found.set(name, { key, value });
  }
}
