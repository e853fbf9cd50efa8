import { type Draft, quoted, said } from './entry.ts';
import type { Gathered } from './section-input.ts';
import { silenceNeeded } from './silence-needed.ts';

export function verifyDrafts({ evidence, messages }: Gathered): Draft[] {
  const t = messages.report.handOff;
  const command = evidence?.testCommand ?? null;
  const test =
    command === null
      ? said('no-test', t.noTest)
      : quoted('test', t.testCommand, { source: 'repository', id: 'test-command', lines: [command] });
  return [
    { entry: said('reproduce', t.reproduce), share: 0 },
    { entry: test, share: 0.6 },
  ];
}

export function doneWhenDrafts({ input, messages }: Gathered): Draft[] {
  const t = messages.handOff;
  const { requests, hours } = silenceNeeded(input.rate, input.leastSilence);
  const { fingerprint } = input.stored;
  const silent = requests === null ? t.hoursNeeded(fingerprint, hours) : t.requestsNeeded(fingerprint, requests, hours);
  return [
    { entry: said('test', `- ${t.testFirst}`), share: 0 },
    { entry: said('silence', `- ${silent}`), share: 0 },
  ];
}
