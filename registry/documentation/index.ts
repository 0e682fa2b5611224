export { exampleFile } from "./example-file.ts";
export { agentTomlSchema } from "./json-schema.ts";
export { settingsTable } from "./settings-table.ts";
