import type { DatabricksRequest } from "../traffic/index.ts";
import type { ReplyObject, ReplyValue } from "../workspace/index.ts";

/** What goes wrong with one request. */
export type DatabricksFault =
  /** An answer of the API: JSON, or with a `body` that. From 502 on it is a proxy's, in HTML. */
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly errorCode?: string;
      readonly message?: string;
      readonly body?: string;
    }
  | { readonly delayMs: number }
  | { readonly hang: true }
  /** The connection is cut `before` anything is sent, or `during` the answer, after half of it. */
  | { readonly reset: "before" | "during" }
  /** Half of the JSON, in an answer that is whole as far as HTTP goes. */
  | { readonly cut: true }
  /** The right answer, changed. It counts as shown only when `shows` says that a client can still make it out. */
  | { readonly edit: Edit; readonly shows?: boolean }
  /** From this request on no token is good that is now; those that are issued or accepted later are. */
  | { readonly revoke: true };

export type Edit = (body: ReplyObject, request: DatabricksRequest) => ReplyValue;
