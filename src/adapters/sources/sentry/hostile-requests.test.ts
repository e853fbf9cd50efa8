import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WireBatch, type WireFormat, WireRefusal } from '../../../core/ingest/ports.ts';
import { readEnvelopeDsn, sentryEnvelope, sentrySecurity, sentryStore } from './index.ts';
import { BOUNDS, envelopeOf, sentryRequest } from './sentry-fixtures.ts';

const FORMATS: WireFormat[] = [sentryEnvelope, sentryStore, sentrySecurity];

/** The names the protocol gives, so that chance meets the code that reads them. */
const NAMES = fc.constantFrom(
  ...'event_id,timestamp,level,platform,logger,message,logentry,formatted,params,exception,values,type,value,module'.split(
    ',',
  ),
  ...'mechanism,exception_id,parent_id,is_exception_group,source,synthetic,handled,stacktrace,frames,filename'.split(
    ',',
  ),
  ...'abs_path,function,lineno,colno,in_app,context_line,threads,id,crashed,current,thread_id,request,url,method'.split(
    ',',
  ),
  ...'headers,env,user,email,ip_address,tags,extra,contexts,trace,trace_id,span_id,runtime,name,os,otel,resource'.split(
    ',',
  ),
  ...'breadcrumbs,category,data,fingerprint,sdk,items,body,attributes,severity_number,sid,status,init,started'.split(
    ',',
  ),
  ...'aggregates,attrs,exited,check_in_id,monitor_slug,monitor_config,schedule,duration,feedback,comments'.split(','),
  ...'discarded_events,reason,quantity,spans,start_timestamp,transaction,transaction_info,release,server_name'.split(
    ',',
  ),
  ...'csp-report,effective-directive,blocked-uri,document-uri,effectiveDirective,__proto__,constructor,length'.split(
    ',',
  ),
);

const SCALARS = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    '2026-03-14T09:26:53Z',
    'error',
    'ok',
    'python',
    'javascript',
    'csp-violation',
    '%s {} {0} %(a)s',
    0,
    1,
  ),
);

const { payload } = fc.letrec<{ payload: unknown; list: unknown; object: unknown }>((tie) => ({
  payload: fc.oneof({ maxDepth: 6 }, SCALARS, tie('object'), tie('list')),
  list: fc.array(tie('payload'), { maxLength: 6 }),
  object: fc
    .array(fc.tuple(NAMES, tie('payload')), { maxLength: 8 })
    .map(
      (entries) =>
        JSON.parse(
          `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
        ) as unknown,
    ),
}));

const TYPES = fc.constantFrom(
  ...'event,log,transaction,session,sessions,check_in,feedback,user_report,attachment,client_report,span,__proto__'.split(
    ',',
  ),
);

/** Decodes, or is refused; nothing else may happen, and what comes out is whole and not much more than what went in. */
function decodes(format: WireFormat, body: Uint8Array, path = '/', encoding = ''): WireBatch | null {
  const request = sentryRequest(body, { path, headers: encoding === '' ? {} : { 'content-encoding': encoding } });
  try {
    const batch = format.decode(request, BOUNDS);
    const reply = batch.reply(batch.events.map(() => 'stored'));
    expect(reply.status).toBe(200);
    expect(JSON.parse(String(reply.body))).toBeTypeOf('object');
    for (const event of batch.events) {
      expect(event.body.trim()).not.toBe('');
      expect(Number.isFinite(event.time)).toBe(true);
      expect(event.id).not.toBe('');
      expect(event.exceptions.every(({ parent }, index) => parent === null || parent < index)).toBe(true);
    }
    for (const record of batch.records) expect([record.id !== '', Number.isFinite(record.time)]).toEqual([true, true]);
    for (const { quantity } of batch.dropped) expect(quantity).toBeGreaterThan(0);
    expect(JSON.stringify([batch.events, batch.records, batch.dropped]).length).toBeLessThan(20_000 + body.length * 20);
    return batch;
  } catch (error) {
    if (!(error instanceof WireRefusal)) throw error;
    expect([400, 413]).toContain(error.reply.status);
    expect(error.reply.headers['x-sentry-error']).toMatch(/^[\x20-\x7e]+$/);
    return null;
  }
}

describe('whatever comes', () => {
  it('as bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('', 'gzip', 'deflate', 'br', 'zstd', '?'),
        (bytes, encoding) => {
          for (const format of FORMATS) decodes(format, bytes, '/', encoding);
          decodes(sentryEnvelope, bytes, '/cron/x/', encoding);
          readEnvelopeDsn(bytes, encoding);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('as envelopes of any JSON is decoded, item by item', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(TYPES, payload), { maxLength: 4 }), payload, (items, header) => {
        const head = header !== null && typeof header === 'object' && !Array.isArray(header) ? header : {};
        const body = envelopeOf(
          head,
          ...items.map(([type, value]): [object, string] => [{ type }, JSON.stringify(value) ?? 'null']),
        );
        expect(decodes(sentryEnvelope, Buffer.from(body))).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('as any JSON to the other addresses', () => {
    fc.assert(
      fc.property(payload, (value) => {
        const bytes = Buffer.from(JSON.stringify(value) ?? 'null');
        decodes(sentryStore, bytes);
        decodes(sentrySecurity, bytes);
        decodes(sentryEnvelope, bytes, '/cron/nightly/');
      }),
      { numRuns: 1_000 },
    );
  });

  it('cut anywhere, or with bytes turned, is decoded or refused', () => {
    const whole = Buffer.from(
      envelopeOf(
        { event_id: '9ec79c33ec9942ab8353589fcb2e04dc', sent_at: '2026-03-14T09:26:53.000Z' },
        [
          { type: 'event', length: 90 },
          '{"message":"größer","exception":{"values":[{"type":"E","value":"x"}]},"tags":{"a":"b"}   }',
        ],
        [{ type: 'session' }, { sid: '5653b74204d642e6bb73dda5fb0e6f9a', status: 'ok' }],
      ),
    );
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (cut, at, byte) => {
        decodes(sentryEnvelope, whole.subarray(0, cut));
        const turned = Buffer.from(whole);
        turned[at] = byte;
        decodes(sentryEnvelope, turned);
        decodes(sentryEnvelope, gzipSync(whole).subarray(0, cut), '/', 'gzip');
      }),
      { numRuns: 500 },
    );
  });
});

describe('bodies made to be slow', () => {
  const MEGABYTE = 1_000_000;
  const sizes: Record<string, () => string> = {
    'a million blank lines': () => `{}\n${'\n'.repeat(MEGABYTE)}`,
    'blank lines with an end': () => `{}\n${'\n'.repeat(MEGABYTE)}x`,
    'a hundred thousand items': () => `{}\n${'{"type":"x"}\n{}\n'.repeat(100_000)}`,
    'empty exceptions': () => envelopeOf({}, [{ type: 'event' }, { exception: Array(150_000).fill({ type: 'E' }) }]),
    'threads without end': () => envelopeOf({}, [{ type: 'event' }, { threads: Array(300_000).fill({}) }]),
    'tags without end': () =>
      envelopeOf({}, [
        { type: 'event' },
        { tags: Object.fromEntries(Array.from({ length: 80_000 }, (_, at) => [`k${at}`, 1])) },
      ]),
    'placeholders without end': () =>
      envelopeOf({}, [
        { type: 'event' },
        { logentry: { message: '%s{'.repeat(200_000), params: Array(1_000).fill('x'.repeat(400)) } },
      ]),
    'quotes and numbers that are none': () => envelopeOf({}, [{ type: 'event' }, `{"a":NaN,${'"\\"'.repeat(200_000)}`]),
    'an open string with a number that is none': () =>
      envelopeOf({}, [{ type: 'event' }, `{"a":NaN,"${'\\'.repeat(900_000)}`]),
    'deep lists': () => envelopeOf({}, [{ type: 'event' }, `{"extra":${'['.repeat(400_000)}`]),
    'logs of one byte': () => envelopeOf({}, [{ type: 'log' }, { items: Array(100_000).fill({ body: 'x' }) }]),
  };
  for (const [name, make] of Object.entries(sizes)) {
    it(`end all the same: ${name}`, () => {
      const body = Buffer.from(make());
      decodes(sentryEnvelope, body);
    });
  }
});
