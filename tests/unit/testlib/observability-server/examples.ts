import type { EventType } from "../../../../toolkit/observability/index.ts";

/** The recorded examples of observability-api.md, section 11; `error` is what follows `Invalid request: ` in an answer 400. */
export interface Example {
  readonly kind: EventType | "heartbeat";
  readonly label: string;
  readonly body: unknown;
  readonly error?: string;
}

export const examples: readonly Example[] = [
  {
    kind: "run-status",
    label: "V1",
    body: {
      pipeline_key: "nightly-orders",
      pipeline_name: "Nightly orders",
      run_key: "2024-05-01",
      run_name: "Nightly, 1 May",
      status: "RUNNING",
      event_timestamp: "2024-05-01T02:00:03.120Z",
      component_tool: "airflow",
      external_url: "https://airflow.example.com/dags/orders/grid?run=1",
      metadata: { attempt: 1 },
      payload_keys: ["batch-7"],
    },
  },
  {
    kind: "run-status",
    label: "V2",
    body: {
      pipeline_key: "nightly-orders",
      run_key: "2024-05-01",
      task_key: "load",
      task_name: "Load",
      status: "completed_with_warnings",
      external_url: null,
    },
  },
  {
    kind: "run-status",
    label: "X1",
    body: { pipeline_key: "nightly-orders", status: "RUNNING" },
    error:
      "{'_schema': ['Event with batch-pipeline component must have both `pipeline_key` and `run_key` fields specified. ', 'RunStatusEvent must have both `pipeline_key` and `run_key` fields set.']}",
  },
  {
    kind: "run-status",
    label: "X2",
    body: { pipeline_key: "nightly-orders", run_key: "2024-05-01", status: "SUCCESS" },
    error: "{'status': ['Must be one of: RUNNING, COMPLETED, COMPLETED_WITH_WARNINGS, FAILED.']}",
  },
  {
    kind: "run-status",
    label: "X3",
    body: { dataset_key: "orders", run_key: "2024-05-01", status: "RUNNING" },
    error: "{'_schema': ['RunStatusEvent must have both `pipeline_key` and `run_key` fields set.']}",
  },
  {
    kind: "run-status",
    label: "X4",
    body: { pipeline_key: "nightly-orders", run_key: "2024-05-01", status: "RUNNING", event_timestamp: null },
    error: "{'event_timestamp': ['Field may not be null.']}",
  },
  {
    kind: "run-status",
    label: "X5",
    body: {
      pipeline_key: "nightly-orders",
      run_key: "2024-05-01",
      status: "RUNNING",
      external_url: "http://airflow:8080/x",
      component_tool: "dbt-core",
    },
    error:
      "{'component_tool': ['Tool must be alphanumeric including underscore and space. Underscore may not be leading/trailing'], 'external_url': ['Not a valid URL.']}",
  },
  {
    kind: "run-status",
    label: "X6",
    body: { pipeline_key: "nightly-orders", run_key: "2024-05-01", status: "RUNNING", duration: 12 },
    error: "{'duration': ['Unknown field.']}",
  },
  { kind: "run-status", label: "X7", body: {}, error: "{'status': ['Missing data for required field.']}" },
  {
    kind: "message-log",
    label: "V1",
    body: {
      pipeline_key: "nightly-orders",
      run_key: "2024-05-01",
      task_key: "load",
      log_level: "ERROR",
      message: "Load failed",
      message_details: "Traceback ...",
      event_timestamp: "2024-05-01 02:05:00",
    },
  },
  {
    kind: "message-log",
    label: "V2",
    body: { server_key: "vm-17", server_name: "Loader VM", log_level: "info", message: "disk at 71%" },
  },
  {
    kind: "message-log",
    label: "X1",
    body: { log_level: "INFO", message: "hello" },
    error: "{'_schema': ['There must be at least one valid component key specified.']}",
  },
  {
    kind: "message-log",
    label: "X2",
    body: { server_key: "vm-17", log_level: "DEBUG", message: "" },
    error: "{'log_level': ['Must be one of: ERROR, WARNING, INFO.'], 'message': ['Shorter than minimum length 1.']}",
  },
  {
    kind: "message-log",
    label: "X3",
    body: { server_key: "vm-17", dataset_key: "orders", log_level: "INFO", message: "hello" },
    error: "{'_schema': ['dataset_key and server_key cannot be set at the same time.']}",
  },
  {
    kind: "message-log",
    label: "X4",
    body: { pipeline_key: "nightly-orders", log_level: "INFO", message: "hello" },
    error:
      "{'_schema': ['Event with batch-pipeline component must have both `pipeline_key` and `run_key` fields specified. ']}",
  },
  {
    kind: "message-log",
    label: "X5",
    body: { server_key: "vm-17", log_level: "INFO", message: "hello", metadata: null, payload_keys: ["a", ""] },
    error: "{'metadata': ['Field may not be null.'], 'payload_keys': {1: ['Length must be between 1 and 255.']}}",
  },
  {
    kind: "metric-log",
    label: "V1",
    body: { pipeline_key: "nightly-orders", run_key: "2024-05-01", metric_key: "rows_loaded", metric_value: 10412 },
  },
  {
    kind: "metric-log",
    label: "V2",
    body: {
      stream_key: "clicks",
      metric_key: "lag_seconds",
      metric_value: "0.250",
      event_timestamp: "2024-05-01T02:05:00+02:00",
    },
  },
  {
    kind: "metric-log",
    label: "X1",
    body: { stream_key: "clicks", metric_key: "lag_seconds" },
    error: "{'metric_value': ['Missing data for required field.']}",
  },
  {
    kind: "metric-log",
    label: "X2",
    body: { stream_key: "clicks", metric_key: "lag_seconds", metric_value: "n/a" },
    error: "{'metric_value': ['Not a valid number.']}",
  },
  {
    kind: "metric-log",
    label: "X3",
    body: { stream_key: "clicks", metric_key: "lag_seconds", metric_value: "NaN" },
    error: "{'metric_value': ['Special numeric values (nan or infinity) are not permitted.']}",
  },
  {
    kind: "metric-log",
    label: "X4",
    body: { stream_key: "clicks", metric_key: "", metric_value: true },
    error: "{'metric_key': ['Shorter than minimum length 1.'], 'metric_value': ['Not a valid number.']}",
  },
  {
    kind: "metric-log",
    label: "X5",
    body: { stream_key: "clicks", metric_key: "lag_seconds", metric_value: 1, event_timestamp: 1714528800 },
    error: "{'event_timestamp': ['Not a valid datetime.']}",
  },
  {
    kind: "dataset-operation",
    label: "V1",
    body: {
      dataset_key: "s3-raw-orders",
      dataset_name: "Raw orders",
      operation: "WRITE",
      path: "2024/05/01/part-0.parquet",
      component_tool: "AWS S3",
    },
  },
  { kind: "dataset-operation", label: "V2", body: { dataset_key: "s3-raw-orders", operation: "read" } },
  {
    kind: "dataset-operation",
    label: "X1",
    body: { dataset_key: "s3-raw-orders", operation: "DELETE" },
    error: "{'operation': ['Must be one of: READ, WRITE.']}",
  },
  {
    kind: "dataset-operation",
    label: "X2",
    body: { dataset_key: "s3-raw-orders", operation: "WRITE", run_key: "2024-05-01" },
    error: "{'run_key': ['run_key must not be set']}",
  },
  {
    kind: "dataset-operation",
    label: "X3",
    body: { pipeline_key: "nightly-orders", run_key: "2024-05-01", operation: "WRITE" },
    error:
      "{'pipeline_key': ['pipeline_key must not be set'], 'run_key': ['run_key must not be set'], 'dataset_key': ['dataset_key must be set.']}",
  },
  {
    kind: "dataset-operation",
    label: "X4",
    body: { server_key: "vm-17", operation: "WRITE" },
    error: "{'dataset_key': ['dataset_key must be set.']}",
  },
  {
    kind: "dataset-operation",
    label: "X5",
    body: { dataset_key: "s3-raw-orders", operation: "WRITE", path: "" },
    error: "{'path': ['Length must be between 1 and 4096.']}",
  },
  {
    kind: "test-outcomes",
    label: "V1",
    body: {
      pipeline_key: "nightly-orders",
      run_key: "2024-05-01",
      task_key: "check",
      test_outcomes: [
        { name: "orders not empty", status: "PASSED" },
        {
          name: "null ratio",
          status: "warning",
          description: "ratio of null ids",
          metric_name: "ratio",
          metric_value: 0.02,
          min_threshold: 0,
          max_threshold: "0.01",
          dimensions: ["completeness"],
          type: "ratio",
          key: "orders.null_ratio",
          result: "2%",
          start_time: "2024-05-01T02:06:00Z",
          end_time: null,
        },
      ],
    },
  },
  {
    kind: "test-outcomes",
    label: "V2",
    body: {
      dataset_key: "orders",
      component_integrations: {
        integrations: {
          testgen: {
            version: 1,
            database_name: "dw",
            connection_name: "main",
            schema: "sales",
            tables: { include_list: ["orders"] },
            table_group_configuration: { group_id: "9f0fa7b8-8c58-4e5c-ae02-d3cb8504a22e", project_code: "DEMO" },
          },
        },
      },
      test_outcomes: [
        {
          name: "orders unique id",
          status: "FAILED",
          integrations: {
            testgen: {
              table: "orders",
              columns: ["id"],
              test_suite: "nightly",
              version: 1,
              test_parameters: [{ name: "threshold", value: 5 }],
            },
          },
        },
      ],
    },
  },
  {
    kind: "test-outcomes",
    label: "X1",
    body: { dataset_key: "orders", test_outcomes: [] },
    error: "{'test_outcomes': ['Length must be between 1 and 500.']}",
  },
  {
    kind: "test-outcomes",
    label: "X2",
    body: { dataset_key: "orders", test_outcomes: [{ name: "a", status: "ERROR" }] },
    error: "{'test_outcomes': {0: {'status': ['Must be one of: PASSED, FAILED, WARNING.']}}}",
  },
  {
    kind: "test-outcomes",
    label: "X3",
    body: { dataset_key: "orders", test_outcomes: [{ name: "a", status: "PASSED", metric_min_threshold: 1 }] },
    error: "{'test_outcomes': {0: {'metric_min_threshold': ['Unknown field.']}}}",
  },
  {
    kind: "test-outcomes",
    label: "X4",
    body: { dataset_key: "orders", test_outcomes: { name: "a", status: "PASSED" } },
    error: "{'test_outcomes': ['Not a valid list.']}",
  },
  {
    kind: "test-outcomes",
    label: "X5",
    body: {
      dataset_key: "orders",
      test_outcomes: [
        { name: "a", status: "PASSED" },
        { status: "PASSED", dimensions: [], start_time: "2024-05-01" },
      ],
    },
    error:
      "{'test_outcomes': {1: {'name': ['Missing data for required field.'], 'start_time': ['Not a valid datetime.'], 'dimensions': ['Shorter than minimum length 1.']}}}",
  },
  {
    kind: "test-outcomes",
    label: "X6",
    body: {
      dataset_key: "orders",
      test_outcomes: [
        {
          name: "a",
          status: "PASSED",
          integrations: {
            testgen: {
              table: "orders",
              columns: ["id"],
              test_suite: "nightly",
              version: 1,
              test_parameters: [{ name: "threshold", value: 5 }],
            },
          },
        },
      ],
    },
    error:
      "{'component_integrations.integrations.testgen': 'Missing testgen data from root payload when present for some items.'}",
  },
  {
    kind: "test-outcomes",
    label: "X7",
    body: {
      dataset_key: "orders",
      component_integrations: {
        integrations: {
          testgen: {
            version: 1,
            database_name: "dw",
            connection_name: "main",
            schema: "sales",
            tables: { include_list: ["orders"] },
            table_group_configuration: { group_id: "9f0fa7b8-8c58-4e5c-ae02-d3cb8504a22e", project_code: "DEMO" },
          },
        },
      },
      test_outcomes: [{ name: "a", status: "PASSED" }],
    },
    error: "{'test_outcomes[*].integrations.testgen': 'Missing testgen integration for some items'}",
  },
  { kind: "heartbeat", label: "V1", body: { key: "airflow-prod", tool: "airflow", version: "1.4.0" } },
  {
    kind: "heartbeat",
    label: "V2",
    body: {
      key: "airflow-prod",
      tool: "airflow",
      version: "1.4.0",
      latest_event_timestamp: "2024-05-01T02:05:00.000Z",
    },
  },
  {
    kind: "heartbeat",
    label: "V3",
    body: { key: "airflow-prod", tool: "airflow", version: "", latest_event_timestamp: null },
  },
  {
    kind: "heartbeat",
    label: "X1",
    body: { key: "airflow-prod", tool: "airflow" },
    error: "{'version': ['Missing data for required field.']}",
  },
  {
    kind: "heartbeat",
    label: "X2",
    body: { key: "airflow-prod", tool: "airflow", version: 1 },
    error: "{'version': ['Not a valid string.']}",
  },
  {
    kind: "heartbeat",
    label: "X3",
    body: { key: "airflow-prod", tool: "airflow", version: "1.4.0", latest_event_timestamp: "2024-05-01T02:05:00" },
    error: "{'latest_event_timestamp': ['Not a valid aware datetime.']}",
  },
  {
    kind: "heartbeat",
    label: "X4",
    body: { key: "airflow-prod", tool: "airflow", version: "1.4.0", status: "ONLINE" },
    error: "{'status': ['Unknown field.']}",
  },
  {
    kind: "heartbeat",
    label: "X5",
    body: [{ key: "airflow-prod", tool: "airflow", version: "1.4.0" }],
    error: "{'_schema': ['Invalid input type.']}",
  },
];
