import type { CompletedAnalysis, ErrorType } from '../../src/core/analysis/index.ts';
import { type Behaviour, type ModelServer, say, sayJson, status } from '../../test/fixtures/model-server/index.ts';
import { type BenchAnalyser, GOOD, openAnalyser, talk } from './open-analyser.ts';

/** What a router must get right; each is run against real servers with real time limits, shortened. */
export interface Scenario {
  name: string;
  /** Throws when it does not hold. */
  run(server: ModelServer): Promise<void>;
}

const ALL = ['first', 'second', 'third'] as const;

const good = () => sayJson(GOOD);
const retryAfter = (seconds: string) => status(429, { headers: { 'retry-after': seconds } });

/** What the first entry does, and what becomes of its attempt: the second one must answer then, with its own model. */
const FAULTS: [string, Behaviour, ErrorType][] = [
  ['hang', { kind: 'hang' }, 'timeout'],
  ['slow drip', { kind: 'slow drip' }, 'timeout'],
  ['reset in the body', { kind: 'reset' }, 'network'],
  ['lost connection', { kind: 'disconnect' }, 'network'],
  ['401', status(401), 'auth'],
  ['403', status(403), 'auth'],
  ['404 model', status(404, { code: 'model_not_found' }), 'not_found'],
  ['408', status(408), 'timeout'],
  ['429', status(429), 'rate_limited'],
  ['429 with Retry-After', retryAfter('40'), 'rate_limited'],
  ['500', status(500), 'server_error'],
  ['501', status(501), 'server_error'],
  ['502', status(502), 'server_error'],
  ['503', status(503), 'server_error'],
  ['cut JSON', say('{"summary": "The checkout'), 'invalid_output'],
  ['cut envelope', { kind: 'cut envelope' }, 'invalid_output'],
  ['prose without JSON', say('I would rather talk.'), 'invalid_output'],
  ['wrong schema', sayJson({ title: 'x' }), 'invalid_output'],
  ['empty object', say('{}'), 'invalid_output'],
  ['empty answer', say(''), 'invalid_output'],
  ['refusal field', { kind: 'refuse', reason: 'no' }, 'refused'],
  ['context too long', status(400, { message: 'maximum context length is 8192 tokens' }), 'too_long'],
  ['10 MB answer', { kind: 'large', bytes: 10 * 1024 * 1024 }, 'invalid_output'],
];

const RESCUED: [string, string][] = [
  ['JSON in prose', `Here it is: ${JSON.stringify(GOOD)} Anything else?`],
  ['JSON in a fence', `\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\``],
];

const falls = ([name, behaviour, type]: [string, Behaviour, ErrorType]): Scenario => ({
  name: `falls back after: ${name}`,
  async run(server) {
    server.behave(({ vendor }) => (vendor === 'openai-responses' ? behaviour : good()));
    const { metadata } = await analysed(openAnalyser(server, ['first', 'second']));
    expectEqual(metadata.attempts[0]?.errorType, type);
    expectEqual(metadata.provider, 'second');
    expectEqual(new Set(server.asked()).size, 2);
  },
});

const rescued = ([name, answer]: [string, string]): Scenario => ({
  name: `takes: ${name}`,
  async run(server) {
    server.behave(() => say(answer));
    expectEqual((await analysed(openAnalyser(server, ['first', 'second']))).metadata.provider, 'first');
    expectEqual(server.requests.length, 1);
  },
});

const DEFECTS: Scenario[] = [
  {
    name: 'a lone entry is left alone after three failures',
    async run(server) {
      server.behave(() => status(500));
      const analyser = openAnalyser(server, ['first']);
      for (let call = 0; call < 10; call++) await analysed(analyser);
      expectEqual(server.requests.length, 3);
    },
  },
  {
    name: 'a caller’s own time limit opens no breaker',
    async run(server) {
      server.behave(() => ({ kind: 'hang' }));
      const analyser = openAnalyser(server, ['first']);
      for (let call = 0; call < 5; call++) {
        const asked = analyser.analyse(talk(), AbortSignal.timeout(10));
        expectEqual(await asked.then(String, (error: Error) => error.name), 'TimeoutError');
      }
      expectEqual(analyser.chain.states()[0]!.breaker.state, 'closed');
    },
  },
  {
    name: 'the later deadline wins',
    async run(server) {
      server.behave((_request, index) => retryAfter(index === 0 ? '120' : '5'));
      const analyser = openAnalyser(server, ['first']);
      await Promise.all([analysed(analyser), analysed(analyser)]);
      expectEqual(analyser.chain.states()[0]!.breaker.openForMs > 100_000, true);
    },
  },
  {
    name: 'each entry is asked for its own model',
    async run(server) {
      server.behave(({ vendor }) => (vendor === 'google' ? good() : status(503)));
      await analysed(openAnalyser(server, ALL));
      expectEqual(server.asked().join(), 'gpt-5-mini,claude-sonnet-4-5,gemini-2.5-flash');
    },
  },
  {
    name: 'a caller’s abort falls back nowhere',
    async run(server) {
      server.behave(() => ({ kind: 'hang' }));
      const analyser = openAnalyser(server, ALL);
      await analyser.analyse(talk(), AbortSignal.timeout(20)).catch(() => {});
      expectEqual(server.requests.length, 1);
    },
  },
  {
    name: 'equal calls share one attempt',
    async run(server) {
      server.behave(good);
      const analyser = openAnalyser(server, ['first']);
      const same = talk();
      await Promise.all(Array.from({ length: 200 }, () => analyser.analyse(same)));
      expectEqual(server.requests.length, 1);
    },
  },
  {
    name: 'all open: the built-in analyser without a request',
    async run(server) {
      server.behave(() => retryAfter('600'));
      const analyser = openAnalyser(server, ALL);
      await analysed(analyser);
      for (let call = 0; call < 10; call++) expectEqual((await analysed(analyser)).metadata.provider, 'builtin');
      expectEqual(server.requests.length, 3);
    },
  },
];

export const SCENARIOS: readonly Scenario[] = [...FAULTS.map(falls), ...RESCUED.map(rescued), ...DEFECTS];

async function analysed(analyser: BenchAnalyser): Promise<CompletedAnalysis> {
  const outcome = await analyser.analyse(talk());
  if (outcome.status !== 'completed') throw new Error(`it ended ${outcome.status}`);
  return outcome;
}

function expectEqual(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`found ${String(found)}, not ${String(expected)}`);
}
