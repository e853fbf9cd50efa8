import { describe, expect, it } from 'vitest';
import { call, openShop, READER } from '../mcp-fixtures.ts';

describe('get_overview', () => {
  it('tells the status, the services and their names', async () => {
    const { text, data } = await call(openShop(), 'get_overview', {}, READER);
    expect(data).toMatchObject({
      status: 'CRITICAL',
      services: [{ status: 'CRITICAL', openIssues: 2, untrusted: { service: 'shop', revision: 'shop-00042-qiz' } }],
      untrusted: { reasons: ['12 errors, more than 5'] },
    });
    expect(text).toMatch(/^Status: CRITICAL\n/);
    expect(text).toContain('| service: shop\n');
  });

  it('bounds its lists and counts what it leaves out', async () => {
    const shop = openShop();
    const [one] = shop.overview.services;
    shop.overview.services = Array.from({ length: 80 }, () => one!);
    const { text, data } = await call(shop, 'get_overview');
    expect(data.services).toHaveLength(50);
    expect(data.servicesLeftOut).toBe(30);
    expect(text).toContain('30 more services.');
  });

  it('tells trouble of Guardian itself by its code', async () => {
    const shop = openShop();
    shop.overview.ownProblems = [{ code: 'mail_unreachable', message: 'smtp.example is down', remedy: 'Check it.' }];
    const { text } = await call(shop, 'get_overview');
    expect(text).toContain("## Guardian's own trouble\nmail_unreachable\n");
    expect(text).toContain('| message: smtp.example is down');
  });
});
