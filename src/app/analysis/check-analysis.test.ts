import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelServer, sayJson, startModelServer, status } from '../../../test/fixtures/model-server/index.ts';
import { type ConfigurationInput, configurationSchema } from '../../config/schema.ts';
import { messagesFor, systemClock } from '../../core/shared/index.ts';
import { checkAnalysis } from './check-analysis.ts';

let models: ModelServer;
beforeEach(async () => {
  models = await startModelServer();
  models.behave(() => sayJson({ ok: true }));
});
afterEach(() => models.stop());

async function check(analysis: ConfigurationInput['analysis']) {
  const configuration = configurationSchema.parse({ analysis });
  const checks = [];
  const options = { configuration, folder: '/nowhere', clock: systemClock, isTestSent: false };
  for await (const one of checkAnalysis(options)) {
    const said = one.error?.explain(messagesFor('en'));
    checks.push([one.about, one.outcome, said === undefined ? one.detail : `${said.message} ${said.remedy}`]);
  }
  return checks;
}
const price = { promptUsdPerMillion: 2, completionUsdPerMillion: 8, source: 'the price list', date: '2025-11-01' };
const openai = (over = {}) => ({
  ...{ name: 'first', vendor: 'openai' as const, model: 'gpt-5-mini', apiKey: 'sk-first', baseUrl: models.urls.openai },
  ...over,
});

describe('guardian doctor, of analysis', () => {
  it('calls each provider once, and says how long it took and what it cost', async () => {
    const second = {
      name: 'second',
      vendor: 'google' as const,
      model: 'gemini-2.5-flash',
      apiKey: 'sk',
      baseUrl: models.urls.google,
    };
    const checks = await check({ providers: [openai({ price }), second] });
    expect(checks).toEqual([
      ['first', 'ok', expect.stringMatching(/^gpt-5-mini answered a test call in \d+ ms, for 0\.000560 USD$/)],
      ['second', 'ok', expect.stringMatching(/^gemini-2\.5-flash answered a test call in \d+ ms$/)],
    ]);
    expect(models.asked()).toEqual(['gpt-5-mini', 'gemini-2.5-flash']);
  });

  it.each([
    [401, 'analysis.providers.0.apiKey', 'it refuses the key', 'Give the entry the key of an account'],
    [404, 'analysis.providers.0.model', 'it knows no such model', 'Name the model as the vendor does'],
    [503, 'first (openai gpt-5-mini) did not answer', 'it failed', 'Try again later'],
  ])('says of HTTP %i what is wrong and what to do, without the key', async (code, where, why, remedy) => {
    models.behave(() => status(code));
    const [[about, outcome, said] = []] = await check({ providers: [openai()] });
    expect([about, outcome]).toEqual(['first', 'failed']);
    for (const part of [where, why, remedy]) expect(said).toContain(part);
    expect(said).not.toContain('sk-first');
  });

  it('ends a call that hangs', async () => {
    models.behave(() => ({ kind: 'hang' }));
    const [[, outcome, said] = []] = await check({ providers: [openai()], attempt: '50ms' });
    expect(outcome).toBe('failed');
    expect(said).toContain('it did not answer in time');
  });

  it('says who answers where no provider is set, and that nobody does where the built-in analyser is off', async () => {
    expect(await check({})).toEqual([[null, 'note', 'no provider: the built-in analyser answers']]);
    expect(await check({ builtin: false })).toEqual([
      [null, 'note', 'no provider, and the built-in analyser is switched off: nobody answers'],
    ]);
  });
});
