/**
 * Version 1. Ids come from `counters.last_id` and are never used twice, so that an id in memory cannot come to mean
 * another event. `lane_code` is a checksum of the lane, which makes for a small index; lanes may share one.
 *
 * To delete each event when it is acknowledged would touch many pages for few rows. So `acknowledged` takes the ids of one
 * call in one row, and the events themselves go later, many at once.
 *
 * Most rows carry a checksum: SQLite does not notice changed bytes, and a row that is found in the debris of a damaged
 * file must say by itself that it is whole. `salvage/` knows these columns and their order.
 */
export const SCHEMA_1 = `
  CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    written_by TEXT NOT NULL,
    schema INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_id INTEGER NOT NULL,
    emitted INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    dead_lettered INTEGER NOT NULL,
    deduplicated INTEGER NOT NULL,
    damaged INTEGER NOT NULL,
    commits INTEGER NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    lane TEXT NOT NULL,
    lane_code INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    dedupe_key TEXT,
    crc INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_lane ON events (lane_code);

  CREATE TABLE acknowledged (
    id INTEGER PRIMARY KEY,
    ids TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    lane TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    dedupe_key TEXT,
    status INTEGER NOT NULL,
    refused_at INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    answer TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE state (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    crc INTEGER NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (name, key)
  ) STRICT;
`;

/** Ids whose entries in the index of lanes lie together. Part of the schema: another number needs a migration. */
export const BLOCK = 4096;

/**
 * Version 2. By lane alone, the events that come together have their entries all over the index: a commit of 250 wrote six
 * times the pages that the events themselves take. In blocks, they are in a few pages, and a lane is looked up in each.
 * An entry holds the row's id too, so these are in the order of (block, lane_code, id).
 */
export const SCHEMA_2 = `
  DROP INDEX events_by_lane;
  CREATE INDEX events_by_lane ON events (id / ${BLOCK}, lane_code);
`;
