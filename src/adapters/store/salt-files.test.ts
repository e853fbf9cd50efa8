import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSaltFiles } from './salt-files.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'guardian-salts-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'salts');
}

describe('salts in files', () => {
  it('are made once, whoever asks, for their owner alone', async () => {
    const place = folder();
    const request = { period: '2026-03-02', before: '2026-03-01' };
    const asked = await Promise.all(Array.from({ length: 5 }, () => createSaltFiles(place).renew(request)));
    const texts = asked.map(({ current }) => Buffer.from(current).toString('hex'));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(asked[0]!.before).toBeNull();
    expect(readdirSync(place)).toEqual(['2026-03-02.salt']);
    expect(statSync(join(place, '2026-03-02.salt')).mode & 0o777).toBe(0o600);
  });

  it('last for their period and the next, and are gone then', async () => {
    const place = folder();
    const vault = createSaltFiles(place);
    const first = await vault.renew({ period: '2026-03-01', before: '2026-02-28' });
    const second = await vault.renew({ period: '2026-03-02', before: '2026-03-01' });
    expect(second.before).toEqual(first.current);
    const third = await vault.renew({ period: '2026-03-03', before: '2026-03-02' });
    expect(third.before).toEqual(second.current);
    expect(readdirSync(place)).toEqual(['2026-03-02.salt', '2026-03-03.salt']);
  });

  it('are overwritten before their file goes: whoever holds it open reads random bytes', async () => {
    const place = folder();
    const vault = createSaltFiles(place);
    const { current } = await vault.renew({ period: '2026-03-01', before: '2026-02-28' });
    const kept = join(place, 'link-of-a-thief');
    linkSync(join(place, '2026-03-01.salt'), kept);
    await vault.renew({ period: '2026-03-05', before: '2026-03-04' });
    expect(readFileSync(kept)).toHaveLength(32);
    expect(readFileSync(kept)).not.toEqual(current);
    expect(readdirSync(place)).toEqual(['2026-03-05.salt', 'link-of-a-thief']);
  });

  it('leave alone what is no salt', async () => {
    const place = folder();
    await createSaltFiles(place).renew({ period: '2026-03-01', before: '2026-02-28' });
    writeFileSync(join(place, 'notes.txt'), 'mine');
    await createSaltFiles(place).renew({ period: '2026-03-09', before: '2026-03-08' });
    expect(readFileSync(join(place, 'notes.txt'), 'utf8')).toBe('mine');
  });
});
