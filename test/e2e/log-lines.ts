const START = Date.UTC(2026, 0, 5, 10);

export interface LineOptions {
  /** Seconds after the log begins. */
  at?: number;
  severity?: string;
  [field: string]: unknown;
}

/** One JSON line of a service called `demo`. */
export function line(message: string, { at = 0, severity = 'ERROR', ...fields }: LineOptions = {}): string {
  return JSON.stringify({ severity, time: instant(at), message, service: 'demo', ...fields });
}

/** `count` failures, a second apart, of one issue; from the sixth on they are CRITICAL. */
export function failures(count: number): string {
  return `${Array.from({ length: count }, (_, index) => line(`order ${1000 + index} could not be placed`, { at: index })).join('\n')}\n`;
}

/** One entry as Cloud Logging exports it. */
export function entry(index: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    insertId: `entry${index}`,
    logName: 'projects/demo/logs/run.googleapis.com%2Fstderr',
    severity: 'ERROR',
    resource: {
      type: 'cloud_run_revision',
      labels: { service_name: 'demo', revision_name: 'demo-00001-abc', location: 'europe-west1' },
    },
    timestamp: instant(index * 60),
    textPayload: `ValueError: order ${1000 + index} could not be placed`,
    ...fields,
  };
}

export function instant(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}
