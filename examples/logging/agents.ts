import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { getAgentLogger, runInTrace, start, stop, traceparent } from '@guardian/sdk';

// Agents in worker threads: each thread has a client of its own, all records of one task stand in one trace, what an agent may say is set by its kind, and what
// its customer told it is sealed. GUARDIAN_URL, GUARDIAN_KEY and GUARDIAN_WRAPPING_KEY (32 bytes) come from the environment.
const client = await start({
  url: process.env.GUARDIAN_URL ?? 'http://127.0.0.1:4400',
  key: process.env.GUARDIAN_KEY ?? '',
  service: 'agents',
  agents: { 'shop.counter.*': { level: 'debug', fields: { release: 'blue' } }, 'shop.*.*': { level: 'info' } },
  redaction: { paths: [{ path: 'said', action: 'encrypt' }] },
  sealing: { wrappingKey: { environment: 'GUARDIAN_WRAPPING_KEY' } },
});

interface Task {
  words: string[];
  trace: string | null;
}

/** In its own thread: counts the letters of what was said. */
function count({ words, trace }: Task): void {
  const logger = getAgentLogger({ domain: 'shop', role: 'counter', name: 'carl' });
  runInTrace({ traceparent: trace }, () => {
    for (const word of words) logger.debug('looking at a word', { said: word });
    const letters = logger.timed('count', () => words.join('').length);
    logger.info('{letters} letters in {words} words', { letters, words: words.length });
  });
}

/** In the main thread: hands out the tasks, and waits for the threads. */
async function hand(tasks: readonly string[][]): Promise<void> {
  const logger = getAgentLogger({ domain: 'shop', role: 'planner', name: 'paula' });
  const run = async (words: string[]) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { words, trace: traceparent() } });
    await new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
  };
  await runInTrace({}, () =>
    logger.timed('hand out', async () => {
      logger.info('{tasks} tasks', { tasks: tasks.length });
      await Promise.all(tasks.map(run));
    }),
  );
}

if (isMainThread)
  await hand([
    ['good', 'morning'],
    ['my', 'IBAN', 'is', 'secret'],
  ]);
else count(workerData as Task);
const isAllSent = await stop();
if (isMainThread) console.log(JSON.stringify({ isAllSent, instance: client.instance }));
