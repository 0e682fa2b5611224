// How each status and level is shown. Never by colour alone: every tone comes with an icon and a word.

const shown = {
  RUNNING: { label: "Running", tone: "running", icon: "running" },
  COMPLETED: { label: "Completed", tone: "good", icon: "check" },
  COMPLETED_WITH_WARNINGS: { label: "With warnings", tone: "warn", icon: "warning" },
  FAILED: { label: "Failed", tone: "bad", icon: "cross" },
  ONLINE: { label: "Online", tone: "good", icon: "check" },
  UNHEALTHY: { label: "Unhealthy", tone: "warn", icon: "warning" },
  OFFLINE: { label: "Offline", tone: "bad", icon: "cross" },
  ERROR: { label: "Error", tone: "bad", icon: "cross" },
  WARNING: { label: "Warning", tone: "warn", icon: "warning" },
  INFO: { label: "Info", tone: "calm" },
  PASSED: { label: "Passed", tone: "good", icon: "check" },
  READ: { label: "Read", tone: "calm" },
  WRITE: { label: "Write", tone: "calm" },
  UNEXPECTED_STATUS_CHANGE: { label: "Unexpected status change", tone: "warn", icon: "warning" },
};

export const runStatuses = ["RUNNING", "COMPLETED", "COMPLETED_WITH_WARNINGS", "FAILED"];

export const shownAs = (name) => (Object.hasOwn(shown, name) ? shown[name] : { label: name, tone: "calm" });

/** The kinds of event, as the activity list calls them. */
export const kinds = [
  { type: "run-status", label: "Status" },
  { type: "message-log", label: "Messages" },
  { type: "metric-log", label: "Metrics" },
  { type: "test-outcomes", label: "Tests" },
  { type: "dataset-operation", label: "Datasets" },
];
