// LEAD: read framework/http/LEAD-NOTE.md before going on with this file.
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { Route } from "./route.ts";

export interface PoolOptions extends ConnectionOptions {
  /** Open connections, whatever their peers; at least 1. */
  readonly maxTotalConnections: number;
  /** Connections kept open while they carry nothing. */
  readonly maxKeepaliveConnections: number;
}

export interface Waiter {
  readonly route: Route;
  /** Must not throw. */
  readonly take: (connection: Connection) => void;
}

const TRIM_DELAY_MS = 1_000;

/**
 * The connections of one client. undici's own pools know neither a limit across servers, nor one for idle connections,
 * nor how long a request has waited for its turn; so this hands out single connections. First come, first served.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<Connection>();
  /** Those that can carry another request; the last one was used last, and is the likeliest to be alive. */
  readonly #withRoom: Connection[] = [];
  /** An array, as a Set used as a queue costs 7 µs a request in garbage collection; it is as long as callers are many. */
  readonly #waiters: Waiter[] = [];
  #isDestroyed = false;
  #trimming: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @returns `undefined` when the caller has to `wait` */
  acquire(route: Route): Connection | undefined {
    return this.#waiters.length > 0 ? undefined : this.#provide(route);
  }

  /** Calls `waiter.take` with a connection when it is its turn. */
  wait(waiter: Waiter): void {
    this.#waiters.push(waiter);
  }

  giveUp(waiter: Waiter): void {
    remove(this.#waiters, waiter);
  }

  /** Gives back what `acquire` or `take` gave. @param isBroken the connection cannot be used again */
  release(connection: Connection, isBroken: boolean): void {
    connection.inUse -= 1;
    if (isBroken) {
      this.#drop(connection);
      void connection.destroy();
    } else if (connection.inUse === 0 && !connection.isOpen) {
      this.#close(connection);
    } else {
      this.#offer(connection);
    }
    this.#serveWaiters();
    this.#trimSoon();
  }

  /** Ends all requests, also those that wait; later ones fail at once. */
  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    clearTimeout(this.#trimming);
    const connections = [...this.#all];
    this.#all.clear();
    this.#withRoom.length = 0;
    await Promise.all(connections.map((connection) => connection.destroy()));
  }

  #serveWaiters(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const connection = this.#provide(waiter.route);
      if (connection === undefined) return;
      this.#waiters.shift();
      waiter.take(connection);
    }
  }

  #provide(route: Route): Connection | undefined {
    const connection = this.#findWithRoom(route) ?? this.#open(route);
    if (connection === undefined) return undefined;
    connection.inUse += 1;
    if (!connection.hasRoom) remove(this.#withRoom, connection);
    return connection;
  }

  #findWithRoom(route: Route): Connection | undefined {
    const last = this.#withRoom.at(-1);
    if (last?.route.key === route.key) return last; // nearly always
    return this.#withRoom.findLast((connection) => connection.route.key === route.key);
  }

  #open(route: Route): Connection | undefined {
    if (this.#options.http2 && this.#isOpening(route)) return undefined; // it may have room for all
    if (this.#all.size >= this.#options.maxTotalConnections && !this.#closeOneIdle()) return undefined;
    const connection = new Connection(route, this.#options, {
      opened: (opened) => this.#opened(opened),
      lost: (lost) => this.#lost(lost),
    });
    if (this.#isDestroyed) void connection.destroy();
    else this.#all.add(connection);
    return connection;
  }

  #isOpening(route: Route): boolean {
    for (const connection of this.#all) if (!connection.isOpen && connection.route.key === route.key) return true;
    return false;
  }

  #opened(connection: Connection): void {
    if (connection.hasRoom) this.#offer(connection);
    this.#serveWaiters();
  }

  #lost(connection: Connection): void {
    if (connection.inUse > 0) return; // it opens again for the request it carries
    this.#close(connection);
    this.#serveWaiters();
  }

  #offer(connection: Connection): void {
    if (this.#all.has(connection) && !this.#withRoom.includes(connection)) this.#withRoom.push(connection);
  }

  #closeOneIdle(): boolean {
    const idle = this.#withRoom.find((connection) => connection.inUse === 0);
    if (idle === undefined) return false;
    this.#close(idle);
    return true;
  }

  /** Not at once: in a burst, connections are idle between two requests, and opening one is dear. */
  #trimSoon(): void {
    if (
      this.#isDestroyed ||
      this.#trimming !== undefined ||
      this.#withRoom.length <= this.#options.maxKeepaliveConnections
    )
      return;
    this.#trimming = setTimeout(() => {
      this.#trimming = undefined;
      const idle = this.#withRoom.filter((connection) => connection.inUse === 0);
      const excess = Math.max(0, idle.length - this.#options.maxKeepaliveConnections);
      for (const connection of idle.slice(0, excess)) this.#close(connection); // the first have been idle longest
    }, TRIM_DELAY_MS);
    this.#trimming.unref();
  }

  #close(connection: Connection): void {
    this.#drop(connection);
    connection.close();
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    remove(this.#withRoom, connection);
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.lastIndexOf(item);
  if (at >= 0) list.splice(at, 1);
}
