import type { ServerResponse } from "node:http";
import type { Exposures } from "../exposure/index.ts";
import type { DatabricksFault } from "../faults/index.ts";
import type { DatabricksRequest } from "../traffic/index.ts";
import type { WorkspaceClock } from "../workspace/index.ts";
import { toJsonText } from "./json-text.ts";
import type { Reply } from "./reply.ts";

/** An answer that never comes: hono waits for it, and nobody else. */
const silence = (): Promise<Response> => new Promise(() => {});

type Recorded = { -readonly [Key in keyof DatabricksRequest]: DatabricksRequest[Key] };

/** One request on its way to an answer, and what goes wrong with it. */
export class Exchange {
  readonly request: Recorded;
  readonly fault: DatabricksFault | undefined;
  readonly #response: ServerResponse;
  readonly #clock: WorkspaceClock;
  readonly #exposures: Exposures;

  constructor(
    request: Recorded,
    fault: DatabricksFault | undefined,
    { response, clock, exposures }: { response: ServerResponse; clock: WorkspaceClock; exposures: Exposures },
  ) {
    this.request = request;
    this.fault = fault;
    this.#response = response;
    this.#clock = clock;
    this.#exposures = exposures;
  }

  hang(): Promise<Response> {
    return silence();
  }

  reset(): Promise<Response> {
    this.#response.socket?.resetAndDestroy();
    return silence();
  }

  /** Sends the answer, as far as its fault lets it. What it shows counts once all of it has left. */
  send(reply: Reply): Response | Promise<Response> {
    const { fault } = this;
    const edit = fault !== undefined && "edit" in fault ? fault : undefined;
    const text = this.#toText(reply);
    const headers = { ...reply.headers, date: new Date(this.#clock.now()).toUTCString() };
    this.request.status = reply.status;
    if (fault !== undefined && "reset" in fault) return this.#sendHalf(reply.status, headers, text);
    const isWhole = (edit === undefined || edit.shows === true) && !(fault !== undefined && "cut" in fault);
    if (isWhole) this.#response.once("finish", () => this.#exposures.add(reply.sights, this.#clock.now()));
    return new Response(text, { status: reply.status, headers });
  }

  #toText({ status, body }: Reply): string {
    if (typeof body === "string") return body;
    const { fault } = this;
    const isGood = status < 400 && fault !== undefined;
    const text = toJsonText(isGood && "edit" in fault ? fault.edit(body, this.request) : body);
    return isGood && "cut" in fault ? text.slice(0, text.length / 2) : text;
  }

  #sendHalf(status: number, headers: Readonly<Record<string, string>>, text: string): Promise<Response> {
    const response = this.#response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) });
    response.write(text.slice(0, text.length / 2), () => response.socket?.resetAndDestroy());
    return silence();
  }
}
