import { createCommandRunner } from './command-runner.ts';

/** A process of its own that runs an agent, to be killed meanwhile: repository, folder of runs, commit, the agent's command. */
const [repository = '', folder = '', commit = '', command = '[]'] = process.argv.slice(2);
const runner = createCommandRunner({
  commands: [
    {
      name: 'mender',
      command: JSON.parse(command) as string[],
      environment: {},
      network: 'none',
      timeoutMs: 60_000,
      testCommand: null,
      user: null,
      isolation: 'preferred',
    },
  ],
  repository,
  environment: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  folder,
  hidden: [],
  bounds: { keptBytes: 65_536, outputBytes: 1_048_576, fileBytes: 1 << 30, files: 20, diffBytes: 100_000 },
  author: { name: 'Guardian', email: 'guardian@localhost' },
  redact: (text) => text,
  clock: { now: () => Date.UTC(2026, 5, 1) },
});
await runner.run({
  attemptId: 'try-1',
  command: 'mender',
  shortId: 'SHOP-12',
  fixId: 'fix-0123456789ab',
  commit,
  keepsBranch: true,
  message: { subject: 'Mend', body: 'It' },
  handOff: '',
  testCommand: null,
  signal: new AbortController().signal,
});
