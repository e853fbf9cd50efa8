import { setTimeout as pause } from 'node:timers/promises';
import { flushOnSignals, stats, stop } from '@guardian/sdk';
import { answer, type Question } from './agents.ts';
import { startLogging } from './logging.ts';
import questions from './questions.json' with { type: 'json' };

// The agents at work: `node program.ts [ROUNDS] [PAUSE_MS]`, all questions each round. Says on standard output which it has done, `RUN ROUND QUESTION`, a line
// each, in a turn of the event loop after the one that logged it: from then on its records survive whatever happens to this process.
const [rounds = '1', pauseMs = '0'] = process.argv.slice(2);
const run = String(process.pid);

await startLogging();
flushOnSignals();
for (let round = 1; round <= Number(rounds); round++) {
  for (const question of questions as Question[]) {
    await answer(question, `${run}-${round}`);
    await pause(Number(pauseMs));
    process.stdout.write(`${run} ${round} ${question.id}\n`);
  }
}
const isAllSent = await stop();
process.stdout.write(`${JSON.stringify({ isAllSent, records: stats()?.records.made })}\n`);
