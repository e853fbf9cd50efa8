import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TemplateUse, TemplateVersion } from '../../src/core/templates/ports.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31);

function version(over: Partial<TemplateVersion> = {}): TemplateVersion {
  return {
    ...{ namespace: 'acme', name: 'message', version: '1.0.0', kind: 'notification', hash: 'a'.repeat(64) },
    ...{ extends: 'guardian/message@1.0.0', origin: 'file', file: 'acme/message.template', content: 'é\n' },
    createdAt: NOW,
    ...over,
  };
}

const use: TemplateUse = {
  ...{ namespace: 'acme', name: 'message', version: '1.0.0', renders: 2, failures: 1 },
  ...{ durations: [-1, 1, 140, 1], lastUsedAt: NOW },
};

describe.each(DATABASES)('templates in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('are kept once: the second with other content is refused, and every version stays (row 29)', async () => {
    const { templates } = stores.main;
    expect(await templates.keep(version())).toBe(true);
    expect(await templates.keep(version())).toBe(true);
    expect(await templates.keep(version({ hash: 'b'.repeat(64), content: 'other' }))).toBe(false);
    const second = version({ version: '1.10.0', hash: 'c'.repeat(64), extends: null, file: null, createdAt: NOW + 1 });
    expect(await templates.keep(second)).toBe(true);
    expect(await templates.list()).toEqual([version(), second]);
  });

  it('add up what they were used, of several nodes at the same time', async () => {
    const { templates } = stores.main;
    await Promise.all([
      templates.addUses([use]),
      templates.addUses([{ ...use, lastUsedAt: NOW + 5 }]),
      templates.addUses([]),
    ]);
    expect(await templates.uses()).toEqual([
      { ...use, renders: 4, failures: 2, durations: [-1, 2, 140, 2], lastUsedAt: NOW + 5 },
    ]);
  });
});
