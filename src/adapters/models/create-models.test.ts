import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  type ModelServer,
  say,
  startModelServer,
  status,
} from '../../../test/fixtures/model-server/index.ts';
import { type ErrorType, type ModelCall, type ModelEntry, ModelError, type Vendor } from '../../core/analysis/index.ts';
import { createModels } from './index.ts';

const SCHEMA = {
  name: 'greeting',
  json: {
    type: 'object',
    additionalProperties: false,
    required: ['hello'],
    properties: { hello: { type: 'string' } },
  },
};

/** A model of each vendor, as its package knows it. */
const MODELS: Record<Vendor, string> = {
  openai: 'gpt-5-mini',
  anthropic: 'claude-sonnet-4-5',
  google: 'gemini-2.5-flash',
  compatible: 'qwen3-8b',
};
const VENDORS = Object.keys(MODELS) as Vendor[];

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.requests.length = 0;
});

const models = createModels();

function entryOf(vendor: Vendor, over: Partial<ModelEntry> = {}): ModelEntry {
  const baseUrl = server.urls[vendor];
  return { name: vendor, vendor, model: MODELS[vendor], baseUrl, apiKey: 'key-of-the-test', price: null, ...over };
}

function ask(entry: ModelEntry, over: Partial<ModelCall> = {}) {
  return models.ask({
    entry,
    system: 'You greet. Answer in JSON.',
    turns: [{ role: 'user', text: 'Greet me.' }],
    schema: SCHEMA,
    maxOutputTokens: 500,
    signal: new AbortController().signal,
    ...over,
  });
}

async function errorOf(entry: ModelEntry, over: Partial<ModelCall> = {}): Promise<ModelError> {
  const error = await ask(entry, over).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

const always = (behaviour: Behaviour) => server.behave(() => behaviour);

describe.each(VENDORS)('a model of %s', (vendor) => {
  it('answers with its text and what it used, by its own model name and key', async () => {
    always({ kind: 'say', text: '{"hello":"you"}', tokens: { prompt: 31, completion: 7 } });
    expect(await ask(entryOf(vendor))).toEqual({
      text: '{"hello":"you"}',
      tokens: { prompt: 31, completion: 7 },
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ model: MODELS[vendor], key: 'key-of-the-test' });
  });

  it('is asked for the form of the answer in its own way, with our words as system and the turns in order', async () => {
    always(say('{"hello":"you"}'));
    const turns = [
      { role: 'user' as const, text: 'Greet me.' },
      { role: 'assistant' as const, text: 'Hi' },
      { role: 'user' as const, text: 'In JSON.' },
    ];
    await ask(entryOf(vendor), { turns });
    const [request] = server.requests;
    expect(JSON.stringify(request!.schema).toLowerCase()).toContain('"hello":{"type":"string"}');
    expect(request!.prompt.map(({ text }) => text)).toEqual([
      'You greet. Answer in JSON.',
      'Greet me.',
      'Hi',
      'In JSON.',
    ]);
    expect(request!.prompt[0]!.role).toMatch(/system|developer/);
  });

  it.each<[number, ErrorType]>([
    [400, 'bad_request'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not_found'],
    [408, 'timeout'],
    [413, 'too_long'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'server_error'],
  ])('gives %i as %s after one request', async (code, type) => {
    always(status(code));
    expect(await errorOf(entryOf(vendor))).toMatchObject({ type, status: code, retryAfterMs: null });
    expect(server.requests).toHaveLength(1);
  });

  it('tells how long a 429 asks to wait', async () => {
    always(status(429, { headers: { 'retry-after': '17' } }));
    expect(await errorOf(entryOf(vendor))).toMatchObject({ type: 'rate_limited', retryAfterMs: 17_000 });
  });

  it.each<[string, Behaviour, ErrorType]>([
    ['breaks within the body', { kind: 'reset' }, 'network'],
    ['closes the connection', { kind: 'disconnect' }, 'network'],
    ['sends half an envelope', { kind: 'cut envelope' }, 'invalid_output'],
    ['refuses', { kind: 'refuse', reason: 'I will not.' }, 'refused'],
    ['sends 10 MB', { kind: 'large', bytes: 10 * 1024 * 1024 }, 'invalid_output'],
  ])('that %s is an error of its own kind, after one request', async (_name, behaviour, type) => {
    always(behaviour);
    expect((await errorOf(entryOf(vendor))).type).toBe(type);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Behaviour]>([
    ['hangs', { kind: 'hang' }],
    ['drips', { kind: 'slow drip' }],
  ])('that %s is left when its signal says so, and the connection with it', async (_name, behaviour) => {
    always(behaviour);
    const ending = new AbortController();
    const asked = ask(entryOf(vendor), { signal: ending.signal });
    await server.came(1);
    ending.abort(new Error('long enough'));
    await expect(asked).rejects.toThrow('long enough');
    await server.abandoned(0);
  });

  it('follows no redirection: its key stays with its address', async () => {
    const thief = await startModelServer();
    always(status(307, { headers: { location: thief.urls.openai } }));
    expect(await errorOf(entryOf(vendor))).toMatchObject({ type: 'not_found', status: 307 });
    expect(thief.requests).toEqual([]);
    await thief.stop();
  });

  it('never repeats a key in what it says of an error', async () => {
    always(status(401, { message: 'Incorrect API key provided: key-of-the-test.' }));
    const { message } = await errorOf(entryOf(vendor));
    expect(message).not.toContain('key-of-the-test');
    expect(message).toContain('[redacted:api-key]');
  });
});

describe('what vendors say in their own words', () => {
  it.each<[Vendor, string, ErrorType]>([
    ['openai', "This model's maximum context length is 128000 tokens.", 'too_long'],
    ['compatible', 'Your input exceeds the context window of this model.', 'too_long'],
    ['anthropic', 'prompt is too long: 250000 tokens > 200000 maximum', 'too_long'],
    ['google', 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).', 'too_long'],
    ['google', 'API key not valid. Please pass a valid API key.', 'auth'],
    ['openai', "'messages' must contain the word 'json' in some form", 'bad_request'],
  ])('a 400 of %s that says "%s" is %s', async (vendor, message, type) => {
    always(status(400, { message }));
    expect((await errorOf(entryOf(vendor))).type).toBe(type);
  });

  it('a date as Retry-After is counted from the date of the answer', async () => {
    const date = 'Fri, 21 Nov 2025 10:00:00 GMT';
    always(status(429, { headers: { date, 'retry-after': 'Fri, 21 Nov 2025 10:02:00 GMT' } }));
    expect((await errorOf(entryOf('openai'))).retryAfterMs).toBe(120_000);
    always(status(429, { headers: { 'retry-after': 'soon' } }));
    expect((await errorOf(entryOf('openai'))).retryAfterMs).toBeNull();
  });

  it('nobody there is a network error', async () => {
    const gone = await startModelServer();
    const { urls } = gone;
    await gone.stop();
    expect((await errorOf(entryOf('openai', { baseUrl: urls.openai }))).type).toBe('network');
  });

  it('an empty answer is given as it is', async () => {
    always({ kind: 'say', text: '' });
    expect((await ask(entryOf('compatible'))).text).toBe('');
  });
});
