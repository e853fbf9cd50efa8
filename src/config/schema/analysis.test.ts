import { describe, expect, it } from 'vitest';
import { ANALYSER_LIMITS, CHAIN_LIMITS, CONVERSATION_LIMITS } from '../../core/analysis/index.ts';
import { analysisLimitsOf, providersOf } from '../derive-analysis.ts';
import { analysis } from './analysis.ts';

const NEO = { name: 'neo_analysis', vendor: 'openai', model: 'gpt-5-mini', apiKey: 'sk-neo' } as const;
const LOCAL = { name: 'local', vendor: 'compatible', model: 'qwen3-8b', baseUrl: 'http://127.0.0.1:8000/v1' } as const;

/** `path: message` of each fault. */
function faultsOf(given: unknown): string[] {
  const result = analysis.safeParse(given);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the configuration of analysis', () => {
  it('needs no provider: the built-in analyser answers', () => {
    expect(analysis.parse({})).toMatchObject({ providers: [], builtin: true });
  });

  it('gives the engine the limits it has by itself', () => {
    const { chain, analyser, conversation } = analysisLimitsOf(analysis.parse({}));
    expect(chain).toEqual(CHAIN_LIMITS);
    expect(analyser).toEqual(ANALYSER_LIMITS);
    expect(conversation).toEqual(CONVERSATION_LIMITS);
  });

  it('keeps the order of the entries, each with its key', () => {
    const claude = { name: 'second', vendor: 'anthropic', model: 'claude-sonnet-4-5' } as const;
    const read = analysis.parse({ providers: [NEO, LOCAL, claude], keys: { anthropic: 'sk-ant', openai: 'sk-other' } });
    expect(providersOf(read).map((entry) => [entry.name, entry.apiKey])).toEqual([
      ['neo_analysis', 'sk-neo'],
      ['local', null],
      ['second', 'sk-ant'],
    ]);
  });

  it('refuses the same vendor and model twice: what fails there fails here', () => {
    expect(faultsOf({ providers: [NEO, LOCAL, { ...NEO, name: 'last' }] })).toEqual([
      'providers.2.model: is the same vendor and model as neo_analysis: what fails there fails here',
    ]);
    expect(
      faultsOf({ providers: [LOCAL, { ...LOCAL, name: 'l2', baseUrl: 'http://127.0.0.1:8000/v1/' }] }),
    ).toHaveLength(1);
    expect(faultsOf({ providers: [LOCAL, { ...LOCAL, name: 'l2', baseUrl: 'http://10.0.0.2:8000/v1' }] })).toEqual([]);
    expect(faultsOf({ providers: [NEO, { ...NEO, name: 'last', model: 'gpt-5' }] })).toEqual([]);
  });

  it('refuses a name twice, the name of the built-in analyser, and a server without address', () => {
    expect(faultsOf({ providers: [NEO, { ...LOCAL, name: 'neo_analysis' }] })).toEqual([
      'providers.1.name: "neo_analysis" is there twice',
    ]);
    expect(faultsOf({ providers: [{ ...NEO, name: 'builtin' }] })).toEqual([
      'providers.0.name: is the name of the built-in analyser',
    ]);
    expect(faultsOf({ providers: [{ ...LOCAL, baseUrl: null }] })).toEqual([
      'providers.0.baseUrl: is needed for compatible',
    ]);
  });

  it('refuses an entry without a key, and sends no vendor’s key to another address', () => {
    const keyless = { ...NEO, apiKey: null };
    const missing = 'providers.0.apiKey: is missing: give it, or OPENAI_API_KEY in the environment';
    expect(faultsOf({ providers: [keyless] })).toEqual([missing]);
    expect(faultsOf({ providers: [keyless], keys: { openai: 'sk-shared' } })).toEqual([]);
    const elsewhere = { ...keyless, baseUrl: 'https://proxy.example.com/v1' };
    expect(faultsOf({ providers: [elsewhere], keys: { openai: 'sk-shared' } })).toEqual([missing]);
  });

  it('wants a price with its unit in the name, its source and its date', () => {
    const price = { promptUsdPerMillion: 0.25, completionUsdPerMillion: 2, source: 'price list', date: '2025-11-01' };
    expect(faultsOf({ providers: [{ ...NEO, price }] })).toEqual([]);
    expect(faultsOf({ providers: [{ ...NEO, price: { ...price, date: 'today' } }] })).toHaveLength(1);
    expect(faultsOf({ providers: [{ ...NEO, price: { ...price, source: '' } }] })).toHaveLength(1);
    expect(faultsOf({ providers: [{ ...NEO, price: { ...price, promptUsdPerMillion: 250_000 } }] })).toHaveLength(1);
    expect(faultsOf({ providers: [{ ...NEO, price: { prompt: 0.25 } }] }).length).toBeGreaterThan(0);
  });
});
