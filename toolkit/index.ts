export {
  AgentError,
  flattenErrors,
  isRetryable,
  isUnrecoverable,
  toError,
  UnrecoverableError,
} from "./errors.ts";
export { type JsonArray, type JsonObject, type JsonValue, parseJson } from "./json.ts";
export {
  createLogger,
  excerpt,
  type Logger,
  LoggerContext,
  type LoggerOptions,
  Redactor,
  RedactorContext,
  setLogLevel,
  useLogger,
  useRedactor,
} from "./logging/index.ts";
export {
  headerText,
  httpEndpointUrl,
  httpUrl,
  LOG_LEVELS,
  type LogLevel,
  logLevel,
  MASK,
  nearestName,
  networkPort,
  nonNegativeSeconds,
  positiveSeconds,
  readTextFile,
  Secret,
  secret,
  type TextFile,
  webSocketUrl,
} from "./settings/index.ts";
export {
  type JsonPath,
  type Position,
  parseToml,
  readTomlFile,
  type TomlDocument,
  TomlError,
  type TomlLocation,
  tomlText,
} from "./toml/index.ts";
