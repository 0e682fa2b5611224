export { headerText } from "./header-text.ts";
export { LOG_LEVELS, type LogLevel, logLevel } from "./log-level.ts";
export { nearestName } from "./nearest-name.ts";
export { networkPort, nonNegativeSeconds, positiveSeconds } from "./numbers.ts";
export { MASK, Secret } from "./secret.ts";
export { secret } from "./secret-setting.ts";
export { readTextFile, type TextFile } from "./text-file.ts";
export { httpEndpointUrl, httpUrl, webSocketUrl } from "./urls.ts";
