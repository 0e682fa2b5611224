export { test } from "./test.ts";
export type { RowBody, TestBody, TestFixtures, TestOptions } from "./types.ts";
