export { callSite, framesOf, here } from "./call-site.ts";
export { realTime } from "./real-time.ts";
export { installTestClock, type TestClock, type TestClockOptions } from "./test-clock.ts";
export { backgroundTimer } from "./virtual-timer.ts";
