import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClient } from '../fixtures/client-process.ts';
import { type GuardianApi, guardianApi, type SeenIssue } from '../fixtures/guardian-api.ts';
import { lineOf } from '../fixtures/line-of.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';
import type { NodeSdk } from './sentry-node-shop.ts';

const SHOP = fileURLToPath(new URL('./sentry-node-shop.ts', import.meta.url));
const SOURCE = readFileSync(SHOP, 'utf8');
const SDKS: NodeSdk[] = ['sentry-node-9', 'sentry-node-10'];

for (const sdk of SDKS) {
  describe(`a shop with ${sdk}`, () => {
    let guardian: RunningServer;
    let api: GuardianApi;
    const dsn = (key = guardian.key) => `${guardian.url.replace('//', `//${key}@`)}/${guardian.project}`;

    beforeAll(async () => {
      guardian = await startGuardian();
      api = guardianApi(guardian.url);
    });
    afterAll(() => guardian.stop());

    describe('whose checkout fails', () => {
      let status: number | null;
      let output: string;
      let seen: SeenIssue;

      beforeAll(async () => {
        const shop = await startClient(SHOP, [sdk, dsn()]);
        const reply = await fetch(`${shop.address}/carts/42/checkout?coupon=spring`, {
          method: 'POST',
          headers: { 'user-agent': 'till/2.1', 'x-request-id': 'till-000042' },
        });
        expect(reply.status).toBe(500);
        await fetch(`${shop.address}/stock`);
        status = await shop.stop();
        output = shop.output();
        seen = await api.waitForIssue('PaymentRefused: the bank refused 120 EUR');
      });

      it('sends everything before it ends', () => {
        expect(status).toBe(0);
        expect(output).toContain('sent event 200');
        expect(output).not.toMatch(/sent \w+ [^2]/);
        expect(output).toContain('closed true');
      });

      it('has an issue that names the cause, and where it was raised', () => {
        expect(seen.issue).toMatchObject({
          errorType: 'PaymentRefused',
          state: 'open',
          severity: 'error',
          isNew: true,
          incidents: 1,
          users: 1,
          firstRevision: 'shop@1.4.2',
          lastRevision: 'shop@1.4.2',
          location: { line: lineOf(SOURCE, 'throw new PaymentRefused'), function: 'chargeCard' },
        });
        expect(seen.issue.location?.file).toMatch(/test\/clients\/sentry-node-shop\.ts$/);
        expect(seen.issue.endpoint).toBe('POST /carts/:id/checkout');
      });

      it('shows the chain from the raised error to its cause, the frames of the application first', () => {
        const [raised, cause] = seen.event.exceptions;
        expect(seen.event.exceptions).toHaveLength(2);
        expect(raised).toMatchObject({
          type: 'CheckoutFailed',
          message: 'cart 42 could not be checked out',
          relation: 'raised',
          language: 'node',
          isHandled: true,
        });
        expect(raised!.frames[0]).toMatchObject({
          function: 'checkOut',
          line: lineOf(SOURCE, 'throw new CheckoutFailed'),
          isApplication: true,
        });
        expect(cause).toMatchObject({ type: 'PaymentRefused', message: 'the bank refused 120 EUR', relation: 'cause' });
        expect(cause!.frames.slice(0, 3).map((frame) => [frame.function, frame.isApplication])).toEqual([
          ['chargeCard', true],
          ['checkOut', true],
          ['handle', true],
        ]);
        expect(cause!.frames[0]!.code).toMatchObject({ origin: 'client' });
        expect(cause!.frames[0]!.code!.lines.join('\n')).toContain('throw new PaymentRefused(');
        const platform = cause!.frames.filter(({ file }) => file?.startsWith('node:'));
        expect(platform.length).toBeGreaterThan(0);
        expect(platform.every(({ isApplication }) => !isApplication)).toBe(true);
      });

      it('tells of the request, of who asked and of what came before', () => {
        expect(seen.event).toMatchObject({
          environment: 'staging',
          revision: 'shop@1.4.2',
          instance: 'web-1',
          trust: 'server',
          isTimeSuspect: false,
          request: { method: 'POST', path: '/carts/42/checkout', userAgent: 'till/2.1', id: 'till-000042' },
          user: { id: 'u-17', name: 'ada' },
          attributes: { region: 'eu-west-3' },
          source: { kind: 'sentry' },
        });
        expect(seen.event.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(seen.event.breadcrumbs).toContainEqual(
          expect.objectContaining({ category: 'cart', message: 'cart 42 has three articles', level: 'info' }),
        );
      });

      it('keeps its message and its log, found by their words', async () => {
        expect(await api.waitForEvent('stock is low')).toMatchObject({
          severity: 'warn',
          revision: 'shop@1.4.2',
          exceptions: [],
          issueId: null,
        });
        expect(await api.waitForEvent('payment provider answers slowly')).toMatchObject({
          severity: 'error',
          environment: 'staging',
          attributes: { provider: 'acme', tookMs: 900 },
        });
        expect((await api.events('region:eu-west-3')).map(({ body }) => body)).toEqual([
          expect.stringContaining('CheckoutFailed'),
        ]);
      });

      it('takes sessions, transactions and check-ins, and leaves out what tells of a monitor that nobody knows', async () => {
        const [source, ...others] = await api.sources();
        expect(others).toEqual([]);
        // Two check-ins without a configuration of their monitor, which is none of the jobs.
        const dropped = [{ reason: 'unknown-monitor', category: 'monitor', quantity: 2 }];
        expect(source).toMatchObject({ kind: 'sentry', project: 'default', state: 'receiving', dropped });
        const answered = (status: number) =>
          api.metric(`guardian_ingest_requests_total{format="sentry-envelope",status="${status}"}`);
        // An envelope each: the error, the message, the log, two check-ins and the sessions; transactions where they are sent in time.
        expect(await answered(200)).toBeGreaterThanOrEqual(6);
        expect(await answered(400)).toBe(0);
      });
    });

    it('has its sessions counted with the release: an answer of 500 is an error in one, no crash', async () => {
      const { items } = (await (await fetch(`${guardian.url}/api/issues?query=PaymentRefused`)).json()) as {
        items: { id: string }[];
      };
      const [revision] = (await api.issue(items[0]!.id)).revisions;
      expect(revision).toMatchObject({ revision: 'shop@1.4.2', health: { crashed: 0, abnormal: 0, crashFree: 1 } });
      expect(revision!.health!.sessions).toBeGreaterThanOrEqual(2);
    });

    it('tells of the error that ends it, before it ends', async () => {
      const shop = await startClient(SHOP, [sdk, dsn()]);
      await fetch(`${shop.address}/crash`);
      expect(await shop.ended).toBe(1);
      const { event, issue } = await api.waitForIssue('RangeError: the price list is empty');
      expect(issue.location).toMatchObject({ line: lineOf(SOURCE, 'throw new RangeError'), function: 'crash' });
      expect(event.severity).toBe('fatal');
      expect(event.exceptions[0]).toMatchObject({ type: 'RangeError', isHandled: false });
    });

    it('learns that its key is wrong, and goes on serving', async () => {
      const before = await api.events();
      const shop = await startClient(SHOP, [sdk, dsn('0123456789abcdef0123456789abcdef')]);
      const reply = await fetch(`${shop.address}/carts/7/checkout`, { method: 'POST' });
      expect(reply.status).toBe(500);
      expect(await shop.stop()).toBe(0);
      expect(shop.output()).toContain('sent event 403');
      expect(await api.events()).toEqual(before);
    });
  });
}
