/**
 * Sets this process's wall clock wrong by `ORACLE_CLOCK` ms, and at each SIGUSR2 by the next of `ORACLE_JUMPS`. As on a
 * machine whose clock somebody sets, monotonic time and timers go on as before.
 */
export function shiftClock(startMs: string | undefined, jumps: string | undefined): void {
  const trueNow = Date.now.bind(Date);
  const offsets = (jumps ?? "").split(",").filter(Boolean).map(Number);
  let offsetMs = Number(startMs ?? 0);
  const now = () => trueNow() + offsetMs;
  process.on("SIGUSR2", () => {
    offsetMs = offsets.shift() ?? offsetMs;
  });
  globalThis.Date = new Proxy(Date, {
    construct: (date, args, newTarget) => Reflect.construct(date, args.length === 0 ? [now()] : args, newTarget),
    get: (date, property, receiver) => (property === "now" ? now : Reflect.get(date, property, receiver)),
  });
}
