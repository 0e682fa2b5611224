/** What the server accepts. Text lengths are in Unicode code points. */
export const maxTextLength = 255; // every key and name but run_name
export const maxRunNameLength = 1024;
export const maxPathLength = 4096;
export const maxOutcomes = 500; // in one test-outcomes event
/** A longer body is answered 413; UTF-8 bytes of its JSON. */
export const maxBodyBytes = 102_400;

/** Outcome texts longer than this are accepted with 204 and then lost in storage, the whole event with them. */
export const maxStoredOutcomeText = 255; // name, description, key, metric_description
export const maxStoredOutcomeLabel = 40; // type, metric_name
export const maxStoredIntegerDigits = 15; // of an outcome's numbers; decimals past the fifth are rounded
