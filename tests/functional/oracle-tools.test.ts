import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test as base, describe, expect, useAgentProcess, useObservabilityServer } from "../../testlib/index.ts";
import { useSmallDisk } from "../oracle/faults/disk.ts";

/** Puts three events into a database, one a transaction, and makes sure of each. */
const WRITER = `
import { fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync("store.db");
db.exec("PRAGMA journal_mode = WAL; CREATE TABLE events (id INTEGER)");
const wal = openSync("store.db-wal", "r+");
const insert = db.prepare("INSERT INTO events VALUES (?)");
const [begin, commit] = ["BEGIN", "COMMIT"].map((sql) => db.prepare(sql));
for (const id of [1, 2, 3]) {
  begin.run();
  insert.run(id);
  commit.run();
  await promisify(fdatasync)(wal);
  console.log("synced " + id);
}
`;

/** Says what time it is, at once and at each line of the clock that it is told to look at. */
const CLOCK = `
const say = () => console.log(JSON.stringify([Date.now(), new Date().getTime(), performance.timeOrigin + performance.now()]));
say();
process.on("SIGUSR2", say);
setInterval(() => {}, 1000);
`;

const NODE_OPTIONS = `--import=${new URL("../oracle/preload/index.ts", import.meta.url)}`;

const test = base.extend({
  /** Runs a script with the oracle's preload. */
  *preloaded({ stateDirectory }) {
    return function* (script: string, env: Readonly<Record<string, string>>) {
      const entry = join(stateDirectory, "script.mjs");
      writeFileSync(entry, script);
      return yield* useAgentProcess({ entry, cwd: stateDirectory, env: { NODE_OPTIONS, ...env } });
    };
  },
});

describe("a kill point", () => {
  test.each([
    ["commit of events:before#2", 1, ["synced 1"]],
    ["commit of events:after#2", 2, ["synced 1"]],
    ["sync:before#3", 3, ["synced 1", "synced 2"]],
    ["sync:after#3", 3, ["synced 1", "synced 2"]],
  ] as const)("ends the process exactly there: %s", function* ([point, rows, said], { preloaded, stateDirectory }) {
    const process = yield* preloaded(WRITER, { ORACLE_KILL: point });
    expect(yield* process.exited).toMatchObject({ signal: "SIGKILL" });
    const lines = process.lines.map(({ text }) => text).filter((text) => !/Warning|node --trace/.test(text));
    expect(lines).toEqual(expect.arrayContaining([...said, `oracle: SIGKILL at ${point.split("#")[0]}`]));
    expect(lines).toHaveLength(said.length + 1);
    const db = new DatabaseSync(join(stateDirectory, "store.db"));
    expect(db.prepare("SELECT count(*) AS rows FROM events").get()).toEqual({ rows });
    db.close();
  });

  test("that is never reached ends nothing", function* ({ preloaded }) {
    const process = yield* preloaded(WRITER, { ORACLE_KILL: "commit of acknowledgements:before#1" });
    expect(yield* process.exited).toMatchObject({ code: 0 });
  });
});

test("the clock is wrong from the start, and is set while the process runs; monotonic time is right", function* ({
  preloaded,
}) {
  const hour = 3_600_000;
  const process = yield* preloaded(CLOCK, { ORACLE_CLOCK: String(hour), ORACLE_JUMPS: String(-hour) });
  yield* process.untilLog(({ text }) => text.startsWith("["));
  process.signal("SIGUSR2");
  yield* process.untilLog(({ text }) => text.startsWith("[") && text !== process.lines[0]?.text);
  const hoursAhead = process.lines.map(({ text }) => {
    const [now = 0, made = 0, monotonic = 0] = JSON.parse(text);
    return [now - monotonic, made - monotonic].map((aheadMs) => Math.round(aheadMs / hour));
  });
  expect(hoursAhead).toEqual([
    [1, 1],
    [-1, -1],
  ]);
});

test("the answer that an event was taken is noted, once the agent has had it for a while", function* ({
  preloaded,
  stateDirectory,
}) {
  const server = yield* useObservabilityServer();
  server.faults.next({ status: 503 });
  const undici = import.meta.resolve("undici");
  const answers = join(stateDirectory, "answers");
  const body = '{"pipeline_key":"orders","run_key":"1","status":"RUNNING"}';
  const process = yield* preloaded(
    `
    import { request } from ${JSON.stringify(undici)};
    import { existsSync } from "node:fs";
    const url = "${server.url}events/v1/run-status";
    const headers = { "content-type": "application/json", serviceaccountauthenticationkey: "${server.key}" };
    const post = () => request(url, { method: "POST", headers, body: '${body}' }).then(({ body }) => body.dump());
    await post();
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log(existsSync("answers") ? "noted a refusal" : "waited");
    await post();
    console.log(existsSync("answers") ? "noted too early" : "waited");
    setTimeout(() => process.exit(), 100);
    `,
    { ORACLE_ANSWERS: answers },
  );
  expect(yield* process.exited).toMatchObject({ code: 0 });
  expect(process.lines.map(({ text }) => text)).toEqual(["waited", "waited"]);
  expect(readFileSync(answers, "utf8")).toBe(`{"type":"run-status","body":${body}}\n`);
});

/** Writes a line each time that it is told to, and says how that went. */
const APPENDER = `
import { appendFileSync } from "node:fs";
process.on("SIGUSR2", () => {
  try {
    appendFileSync(process.env.FILE, "x".repeat(5000));
    console.log("written");
  } catch (error) {
    console.log(error.code);
  }
});
setInterval(() => {}, 1000);
console.log("ready");
`;

describe("the small disk", () => {
  test.each([
    ["what this machine allows", undefined, /^(ENOSPC|EFBIG)$/],
    ["a limit on the size of files", ["file size limit"], /^EFBIG$/],
  ] as const)("is full when it is to be, and has room again: %s", function* ([, ways, code], { agentProcess }) {
    const disk = yield* useSmallDisk(ways);
    mkdirSync(join(disk.directory, "state"));
    const entry = join(disk.directory, "appender.mjs");
    writeFileSync(entry, APPENDER);
    const process = yield* agentProcess({ entry, env: { FILE: join(disk.directory, "state", "file") } });
    disk.usedBy(process.pid);
    yield* process.untilLog(({ text }) => text === "ready");
    const said: string[] = [];
    for (const change of [disk.full.end, disk.full.begin, disk.full.end]) {
      yield* change();
      process.signal("SIGUSR2");
      yield* process.untilLog(() => process.lines.length === said.length + 2);
      said.push(process.lines.at(-1)?.text ?? "");
    }
    expect(said).toEqual(["written", expect.stringMatching(code), "written"]);
  });
});
