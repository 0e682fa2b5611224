/** What a test file could change for those that run after it in the same process. */
export interface Footprint {
  /** By name: what tests put something else in the place of. */
  readonly values: ReadonlyMap<string, unknown>;
  /** By kind: how many sockets, servers, child processes and timers there are. */
  readonly resources: ReadonlyMap<string, number>;
}

/** Pipes and terminals are vitest's own ways to talk. */
const VITESTS_OWN = /^(Pipe|TTY)Wrap$/;

export function takeFootprint(): Footprint {
  const resources = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!VITESTS_OWN.test(kind)) resources.set(kind, (resources.get(kind) ?? 0) + 1);
  }
  return { values: new Map([...globals(), ...listeners()]), resources };
}

/** What is not as it was, a sentence each; empty when nothing is left. */
export function leftBehind(before: Footprint, after: Footprint): readonly string[] {
  const names = new Set([...before.values.keys(), ...after.values.keys()]);
  const changed = Array.from(names)
    .filter((name) => before.values.get(name) !== after.values.get(name))
    .map((name) => `${name} is not what it was before.`);
  const open = Array.from(after.resources)
    .map(([kind, count]) => [kind, count - (before.resources.get(kind) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([kind, more]) => `${more} ${kind} more than before.`);
  return [...changed, ...open];
}

function globals(): readonly (readonly [name: string, value: unknown])[] {
  return [
    ...members("globalThis", globalThis, [
      "Date",
      "WebSocket",
      "clearInterval",
      "clearTimeout",
      "fetch",
      "performance",
    ]),
    ...members("globalThis", globalThis, ["setImmediate", "setInterval", "setTimeout"]),
    ...members("globalThis", globalThis, ["Headers", "Request", "Response"]),
    ...members("console", console, ["debug", "error", "info", "log", "warn"]),
    ...members("Math", Math, ["random"]),
    ...members("process", process, ["exit", "exitCode", "kill"]),
    ...members("process.stdout", process.stdout, ["write"]),
    ...members("process.stderr", process.stderr, ["write"]),
    ...Object.entries(process.env).map(([name, value]) => [`process.env.${name}`, value] as const),
    ["process.cwd()", process.cwd()],
  ];
}

function members<T extends object>(owner: string, object: T, names: readonly (keyof T & string)[]) {
  return names.map((name) => [`${owner}.${name}`, object[name]] as const);
}

function listeners(): readonly (readonly [name: string, value: unknown])[] {
  return process.eventNames().map((event) => {
    return [`The number of listeners to the process's ${String(event)}`, process.listenerCount(event)];
  });
}
