/** A task of a job, and what tends to become of it. */
export interface TaskPlan {
  readonly key: string;
  /** Shortest and longest usual duration. */
  readonly seconds: readonly [min: number, max: number];
  /** Keys of tasks that come before it in the list. */
  readonly after?: readonly string[];
  readonly runIf?: "ALL_SUCCESS" | "AT_LEAST_ONE_FAILED";
  readonly kind?: string;
  /** Probability that an attempt fails, and with which message. */
  readonly failing?: number;
  readonly message?: string;
  /** Attempts after the first. */
  readonly retries?: number;
  readonly iterations?: number;
}

/** A job whose runs the story tells. */
export interface JobPlan {
  readonly name: string;
  readonly creator: string;
  readonly cron?: string;
  /** Usual time from one run's start to the next one's. */
  readonly everySeconds: number;
  /** What becomes of a run while another one goes on; `overlap` by default. */
  readonly whileActive?: "overlap" | "queue" | "skip";
  /** Probability that a person runs the failed tasks of a failed run again. */
  readonly repaired?: number;
  /** Probability that somebody cancels a run. */
  readonly canceled?: number;
  readonly oneTime?: true;
  /** None: a run of the old format. */
  readonly tasks: readonly TaskPlan[];
  /** Of runs without tasks. */
  readonly seconds?: readonly [min: number, max: number];
}

const catalogue: readonly [JobPlan, ...JobPlan[]] = [
  {
    name: "nightly_sales_etl",
    creator: "etl@acme.example",
    cron: "0 0 2 * * ?",
    everySeconds: 120,
    whileActive: "queue",
    repaired: 0.6,
    tasks: [
      {
        key: "ingest_orders",
        seconds: [15, 35],
        failing: 0.12,
        message: "FileNotFoundException: /landing/orders",
        retries: 1,
      },
      {
        key: "ingest_customers",
        seconds: [10, 20],
        failing: 0.04,
        message: "Cluster terminated: SPOT_INSTANCE_TERMINATION",
      },
      { key: "clean", seconds: [12, 30], after: ["ingest_orders", "ingest_customers"] },
      {
        key: "build_marts",
        seconds: [20, 50],
        after: ["clean"],
        kind: "dbt_task",
        failing: 0.1,
        message: "2 of 31 models failed",
      },
      { key: "publish", seconds: [4, 9], after: ["build_marts"], kind: "sql_task" },
      { key: "page_on_call", seconds: [1, 2], after: ["build_marts"], runIf: "AT_LEAST_ONE_FAILED" },
    ],
  },
  {
    name: "customer_360_backfill",
    creator: "platform@acme.example",
    everySeconds: 260,
    canceled: 0.15,
    repaired: 0.5,
    tasks: [
      { key: "list_partitions", seconds: [4, 10] },
      {
        key: "backfill",
        seconds: [50, 90],
        after: ["list_partitions"],
        iterations: 12,
        failing: 0.2,
        message: "1 of 12 iterations failed",
      },
      { key: "validate", seconds: [8, 15], after: ["backfill"] },
    ],
  },
  {
    name: "clickstream_compaction",
    creator: "streaming@acme.example",
    cron: "0 0/1 * * * ?",
    everySeconds: 40,
    whileActive: "skip",
    tasks: [
      { key: "compact", seconds: [15, 45], failing: 0.05, message: "ConcurrentAppendException: files were added" },
      { key: "vacuum", seconds: [5, 12], after: ["compact"] },
    ],
  },
  {
    name: "churn_model_training",
    creator: "science@acme.example",
    cron: "0 30 4 * * ?",
    everySeconds: 220,
    repaired: 0.7,
    tasks: [
      { key: "features", seconds: [25, 50] },
      {
        key: "train",
        seconds: [40, 90],
        after: ["features"],
        failing: 0.15,
        message: "CUDA out of memory",
        retries: 2,
      },
      { key: "evaluate", seconds: [8, 16], after: ["train"], failing: 0.08, message: "AUC 0.71 is below 0.75" },
      { key: "register", seconds: [2, 5], after: ["evaluate"] },
    ],
  },
  { name: "legacy_ledger_export", creator: "finance@acme.example", everySeconds: 130, tasks: [], seconds: [20, 60] },
  {
    name: "adhoc_notebook",
    creator: "analyst@acme.example",
    everySeconds: 190,
    oneTime: true,
    canceled: 0.2,
    tasks: [
      {
        key: "notebook",
        seconds: [10, 60],
        failing: 0.25,
        message: "AnalysisException: Column 'reigon' does not exist",
      },
    ],
  },
];

/** How many jobs have names of their own. */
export const catalogueSize = catalogue.length;

/** The first `count` jobs. Past the catalogue's end it starts over, with numbered names. */
export function planJobs(count: number): readonly JobPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const plan = catalogue[index % catalogueSize] ?? catalogue[0];
    const round = Math.floor(index / catalogueSize) + 1;
    return round === 1 ? plan : { ...plan, name: `${plan.name}_${round}` };
  });
}
