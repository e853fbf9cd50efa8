import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOUD_RUN_COMMANDS, fillCommand, shellQuote } from './commands.ts';

describe('a command', () => {
  const values = { service: 'shop', region: 'europe-west1', memory: '2Gi', revision: 'shop-00041-lup' };

  it('is the template with its values', () => {
    expect(fillCommand(CLOUD_RUN_COMMANDS.memory, values)).toBe(
      'gcloud run services update shop --region europe-west1 --memory 2Gi',
    );
    expect(fillCommand(CLOUD_RUN_COMMANDS.rollback, values)).toBe(
      'gcloud run services update-traffic shop --region europe-west1 --to-revisions shop-00041-lup=100',
    );
  });

  it.each([
    'shop; reboot',
    '$(reboot)',
    '`reboot`',
    "a'b",
    '--quiet',
    '-x',
    '',
    'a b',
    'a\nb',
    'ünïcode',
    'x'.repeat(200),
    null,
  ])('is none rather than a wrong one: %j is no name', (service) => {
    expect(fillCommand(CLOUD_RUN_COMMANDS.memory, { ...values, service })).toBeNull();
  });

  it('is none when the template asks for what is not known', () => {
    expect(fillCommand('restart {service} {zone}', values)).toBeNull();
  });

  it('needs only what its template names', () => {
    expect(fillCommand('systemctl restart {service}', { service: 'shop', region: null })).toBe(
      'systemctl restart shop',
    );
  });

  it('quotes any text so that a shell takes it for one word', () => {
    expect(shellQuote('shop-1')).toBe('shop-1');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (text) => {
        expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' })).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});
