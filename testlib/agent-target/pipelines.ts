/** A task of a pipeline, and what tends to become of it. */
export interface TaskPlan {
  readonly key: string;
  readonly name: string;
  /** Shortest and longest usual duration. */
  readonly seconds: readonly [min: number, max: number];
  /** Keys of tasks that must have succeeded first; they stand earlier in the list. */
  readonly after: readonly string[];
  /** Probability that an attempt fails. */
  readonly failing?: number;
  /** Probability that a success comes with warnings. */
  readonly warning?: number;
  /** Attempts after the first. */
  readonly retries?: number;
}

/** A pipeline whose runs the story tells. */
export interface PipelinePlan {
  readonly key: string;
  readonly name: string;
  readonly tool: string;
  readonly region: string;
  /** What started the run; opens its key, as schedulers do. */
  readonly trigger: string;
  /** Usual time from one run's start to the next one's; shorter than a long run, so that runs overlap. */
  readonly everySeconds: number;
  readonly tasks: readonly TaskPlan[];
}

const catalogue: readonly [PipelinePlan, ...PipelinePlan[]] = [
  {
    key: "nightly_orders_load",
    name: "Nightly orders load",
    tool: "AIRFLOW",
    region: "eu-west-1",
    trigger: "scheduled",
    everySeconds: 160,
    tasks: [
      { key: "extract_orders", name: "Extract orders", seconds: [15, 30], after: [], failing: 0.1, retries: 2 },
      { key: "extract_customers", name: "Extract customers", seconds: [8, 20], after: [], failing: 0.05, retries: 2 },
      { key: "stage", name: "Stage to lake", seconds: [10, 20], after: ["extract_orders", "extract_customers"] },
      { key: "load_warehouse", name: "Load warehouse", seconds: [20, 50], after: ["stage"], failing: 0.04 },
      { key: "check_row_counts", name: "Check row counts", seconds: [4, 8], after: ["load_warehouse"], warning: 0.15 },
    ],
  },
  {
    key: "dbt_sales_marts",
    name: "Sales marts",
    tool: "DBT_CORE",
    region: "eu-west-1",
    trigger: "dbt_build",
    everySeconds: 110,
    tasks: [
      { key: "source_freshness", name: "Source freshness", seconds: [3, 6], after: [], warning: 0.1 },
      { key: "stg_orders", name: "stg_orders", seconds: [6, 12], after: ["source_freshness"] },
      { key: "stg_customers", name: "stg_customers", seconds: [5, 10], after: ["source_freshness"] },
      { key: "dim_customer", name: "dim_customer", seconds: [8, 16], after: ["stg_customers"] },
      { key: "fct_sales", name: "fct_sales", seconds: [20, 45], after: ["stg_orders", "dim_customer"], failing: 0.05 },
      { key: "tests", name: "Data tests", seconds: [10, 15], after: ["fct_sales"], failing: 0.06, warning: 0.3 },
    ],
  },
  {
    key: "churn_features",
    name: "Churn feature build",
    tool: "DATABRICKS",
    region: "us-east-2",
    trigger: "job",
    everySeconds: 240,
    tasks: [
      { key: "snapshot_events", name: "Snapshot events", seconds: [20, 40], after: [] },
      {
        key: "build_usage",
        name: "Build usage features",
        seconds: [50, 100],
        after: ["snapshot_events"],
        failing: 0.08,
      },
      { key: "build_support", name: "Build support features", seconds: [30, 60], after: ["snapshot_events"] },
      {
        key: "validate",
        name: "Validate drift",
        seconds: [8, 15],
        after: ["build_usage", "build_support"],
        warning: 0.35,
      },
      {
        key: "publish",
        name: "Publish to feature store",
        seconds: [5, 12],
        after: ["validate"],
        retries: 1,
        failing: 0.1,
      },
    ],
  },
  {
    key: "ledger_export",
    name: "Ledger export to finance",
    tool: "PYTHON",
    region: "eu-central-1",
    trigger: "manual",
    everySeconds: 140,
    tasks: [
      { key: "read_ledger", name: "Read ledger", seconds: [10, 20], after: [] },
      { key: "convert_currency", name: "Convert currencies", seconds: [6, 10], after: ["read_ledger"], warning: 0.1 },
      { key: "write_csv", name: "Write CSV", seconds: [5, 10], after: ["convert_currency"] },
      { key: "upload", name: "Upload by SFTP", seconds: [8, 25], after: ["write_csv"], failing: 0.25, retries: 2 },
    ],
  },
  {
    key: "clickstream_sessions",
    name: "Clickstream sessions",
    tool: "SNOWFLAKE",
    region: "us-east-2",
    trigger: "scheduled",
    everySeconds: 45,
    tasks: [
      { key: "ingest", name: "Ingest files", seconds: [6, 15], after: [] },
      { key: "sessionize", name: "Cut into sessions", seconds: [15, 30], after: ["ingest"], failing: 0.03 },
      { key: "aggregate", name: "Aggregate", seconds: [5, 10], after: ["sessionize"] },
    ],
  },
  {
    key: "crm_contacts_sync",
    name: "CRM contacts sync",
    tool: "FIVETRAN",
    region: "us-east-2",
    trigger: "sync",
    everySeconds: 90,
    tasks: [
      { key: "read_changes", name: "Read changes", seconds: [5, 12], after: [], failing: 0.08, retries: 1 },
      { key: "merge", name: "Merge contacts", seconds: [10, 25], after: ["read_changes"], warning: 0.1 },
      { key: "refresh_segments", name: "Refresh segments", seconds: [6, 14], after: ["read_changes"] },
    ],
  },
];

/** How many pipelines have names of their own. */
export const catalogueSize = catalogue.length;

/** The first `count` pipelines. Past the catalogue's end it starts over, with numbered names. */
export function planPipelines(count: number): readonly PipelinePlan[] {
  return Array.from({ length: count }, (_, index) => {
    const plan = catalogue[index % catalogueSize] ?? catalogue[0];
    const round = Math.floor(index / catalogueSize) + 1;
    return round === 1 ? plan : { ...plan, key: `${plan.key}_${round}`, name: `${plan.name} ${round}` };
  });
}
