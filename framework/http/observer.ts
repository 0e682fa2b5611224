import { createContext } from "effection";

/**
 * Hears of each exchange on the wire, redirects and repetitions included, that was not halted. Must not throw.
 * @param host of the client's base URL
 * @param status `undefined` when there was no reply, or not all of it that was wanted
 * @param durationMs from the wait for a free connection to the last byte of the reply that was wanted
 */
export type HttpObserver = (host: string, status: number | undefined, durationMs: number) => void;

/** Clients that are opened where it is set tell it of what they exchange. */
export const HttpObserverContext = createContext<HttpObserver>("observability-agents.http-observer");
