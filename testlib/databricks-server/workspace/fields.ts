/** JSON as the API writes it: ids are bigints, and what is `undefined` is left out. */
export type ReplyValue = null | boolean | number | bigint | string | readonly ReplyValue[] | ReplyObject;
export interface ReplyObject {
  readonly [field: string]: ReplyValue | undefined;
}

/** Written in place of what the stand-in would write; `undefined` leaves a field out. What is owed does not change. */
export type Fields = ReplyObject;
