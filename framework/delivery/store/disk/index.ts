export { Durability, type DurabilityOptions } from "./durability.ts";
export type { Flush } from "./open-files.ts";
export {
  checkAccess,
  FILE_MODE,
  flushNow,
  inodeOf,
  makeDirectory,
  makeFile,
  STORE_FILE,
  type StorePaths,
  storePaths,
} from "./paths.ts";
export { makeReplacement, takeReplacement } from "./replacement.ts";
export { readSyncMark, SyncMark } from "./sync-mark.ts";
export { WriterLock } from "./writer-lock.ts";
