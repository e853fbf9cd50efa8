import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelServer, sayJson } from '../../test/fixtures/model-server/index.ts';
import { startGuardian } from '../../test/fixtures/running-server.ts';
import { GOOD, talk } from './open-analyser.ts';

/** ms of each call over HTTP, as a client on the same machine sees it. */
export interface HttpTimes {
  /** The conversation was analysed before: `already_analyzed`. */
  skipped: number[];
  /** Equal content under an id that nobody knows: from the memory, and kept as that conversation's analysis. */
  memory: number[];
}

/** A whole Guardian in a process of its own, on SQLite with its durable settings, asked again and again for what it knows. */
export async function measureHttp(server: ModelServer, calls: number): Promise<HttpTimes> {
  server.behave(() => sayJson(GOOD));
  const folder = mkdtempSync(join(tmpdir(), 'guardian-analysis-http-'));
  const provider = { name: 'first', vendor: 'openai', model: 'gpt-5-mini', apiKey: 'sk', baseUrl: server.urls.openai };
  writeFileSync(
    join(folder, 'guardian.config.ts'),
    `export default ${JSON.stringify({ analysis: { providers: [provider] } })};\n`,
  );
  const guardian = await startGuardian({ folder });
  try {
    const messages = talk().map(({ role, content }) => ({ role, content }));
    const analyze = async (sessionId: string): Promise<number> => {
      const since = performance.now();
      const response = await fetch(`${guardian.url}/api/memory/analyze`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: guardian.url },
        body: JSON.stringify({ session_id: sessionId, messages }),
      });
      const { status } = (await response.json()) as { status: string };
      if (response.status !== 200) throw new Error(`it ended ${response.status} ${status}`);
      return performance.now() - since;
    };
    const times: HttpTimes = { skipped: [], memory: [] };
    await analyze('known');
    // The first hundred warm what compiles while it runs.
    for (let call = -100; call < calls; call++) {
      const skipped = await analyze('known');
      const memory = await analyze(`new-${call}`);
      if (call < 0) continue;
      times.skipped.push(skipped);
      times.memory.push(memory);
    }
    return times;
  } finally {
    await guardian.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
