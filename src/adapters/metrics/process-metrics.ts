/** prom-client has gauges whose names end as only a counter's may. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
/** ms between looks at the event loop: the usual 10 would wake an idle server a hundred times a second. */
const EVENT_LOOP_PRECISION_MS = 100;

/**
 * Figures of the process itself, by prom-client: its memory and processor time as they are, its event loop and garbage collection from the first reading
 * on. They take 3.5 MB, and many servers are never read: they are loaded then.
 */
export function createProcessMetrics(): { read(): Promise<string> } {
  let opening: Promise<{ metrics(): Promise<string> }> | null = null;
  return {
    async read() {
      opening ??= open().catch((thrown) => {
        opening = null;
        throw thrown;
      });
      return (await opening).metrics();
    },
  };
}

async function open() {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  for (const name of MISNAMED) register.removeSingleMetric(name);
  return register;
}
