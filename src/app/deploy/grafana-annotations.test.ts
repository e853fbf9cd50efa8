import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../test/fixtures/receiver.ts';
import { createGrafanaAnnotations } from '../../adapters/annotations/grafana.ts';
import { createAnnotator, type DeploymentMarker } from '../../core/deploy/index.ts';
import { messagesFor } from '../../core/shared/index.ts';

const START = Date.UTC(2026, 5, 1);
const NOTHING = { kind: 'answer', status: 200, body: '[]' } as const;
const { signal } = new AbortController();

describe('annotations of Grafana', () => {
  let grafana: Receiver;
  let now: number;
  let markers: DeploymentMarker[];
  const settings = new Map<string, unknown>();
  beforeEach(async () => {
    grafana = await startReceiver(NOTHING);
    now = START;
    markers = [];
    settings.clear();
  });
  afterEach(() => grafana.stop());

  const open = () =>
    createAnnotator({
      store: { markers: async ({ from, to }) => markers.filter(({ at }) => at >= from && at < to).toReversed() },
      writer: createGrafanaAnnotations({
        url: `${grafana.url}/`,
        token: 'glsa_1',
        tags: ['guardian'],
        timeoutMs: 10_000,
      }),
      kept: {
        get: async (name) => settings.get(name) ?? null,
        set: async (name, value) => void settings.set(name, value),
      },
      pages: 'https://guardian.example.com/',
      clock: { now: () => now },
      messages: messagesFor('en'),
    });
  const mark = (over: Partial<DeploymentMarker>): void => {
    const usual = { at: now, service: 'shop', deploymentId: 'dep-1', buildId: 2, revision: 'shop-2' } as const;
    markers.push({ ...usual, kind: 'step', percent: 5, ...over });
    now += 1_000;
  };
  const posted = () =>
    grafana.received
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as { time: number; text: string; tags: string[] });

  it('are written for each move of the traffic, in its order, once', async () => {
    const annotate = open();
    expect(await annotate(signal)).toBe(0);
    now += 1_000;
    mark({});
    mark({ kind: 'promoted', percent: 100 });
    mark({ kind: 'rolled_back', percent: 0, revision: 'shop-1' });
    expect(await annotate(signal)).toBe(3);
    expect(posted()).toEqual([
      {
        time: START + 1_000,
        text: 'shop: 5 % of the traffic to shop-2\nhttps://guardian.example.com/deployments/dep-1',
        tags: ['guardian', 'service:shop', 'deployment', `guardian:dep-1:step:5:${START + 1_000}`],
      },
      expect.objectContaining({ text: expect.stringContaining('All traffic to shop-2') }),
      expect.objectContaining({
        text: expect.stringContaining('All traffic back to shop-1'),
        tags: expect.arrayContaining(['rollback']),
      }),
    ]);
    expect(grafana.received.every(({ headers }) => headers.authorization === 'Bearer glsa_1')).toBe(true);
    expect(grafana.received.every(({ path }) => path.startsWith('/api/annotations'))).toBe(true);
    expect(await annotate(signal)).toBe(0);
    // Another process goes on where this one was.
    mark({ kind: 'step', percent: 20 });
    expect(await open()(signal)).toBe(1);
    expect(posted()).toHaveLength(4);
  });

  it('are tried again later, or when Grafana says so, and lose nothing; one that is there is not written twice', async () => {
    const annotate = open();
    await annotate(signal);
    now += 1_000;
    mark({});
    grafana.next(NOTHING, { kind: 'answer', status: 503 });
    await expect(annotate(signal)).rejects.toMatchObject({ code: 'delivery_unreachable' });
    expect(await annotate(signal)).toBe(0);
    now += 31_000;
    grafana.next({ kind: 'answer', status: 429, headers: { 'retry-after': '120' } });
    await expect(annotate(signal)).rejects.toMatchObject({ code: 'delivery_unreachable' });
    now += 119_000;
    expect(await annotate(signal)).toBe(0);
    now += 2_000;
    // Its answer was lost: it is there.
    grafana.next({ kind: 'answer', status: 200, body: '[{"id":1}]' });
    expect(await annotate(signal)).toBe(1);
    expect(posted()).toHaveLength(1);
  });

  it('that are refused are not asked for again within the hour, and the token is told to nobody', async () => {
    const annotate = open();
    await annotate(signal);
    now += 1_000;
    mark({});
    grafana.next({ kind: 'answer', status: 401, body: 'no' });
    const thrown = await annotate(signal).then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ code: 'delivery_refused' });
    expect(JSON.stringify(thrown)).not.toContain('glsa_1');
    now += 3_599_000;
    expect(await annotate(signal)).toBe(0);
    now += 2_000;
    expect(await annotate(signal)).toBe(1);
  });
});
