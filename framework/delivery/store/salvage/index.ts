export { ByteReader } from "./byte-reader.ts";
export { type LogFile, readLog } from "./log-file.ts";
export { visitRows } from "./records.ts";
export { type Salvaged, salvage } from "./salvage.ts";
