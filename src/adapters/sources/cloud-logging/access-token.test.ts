import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { applicationDefaultToken } from './access-token.ts';

it('takes the token of the metadata server by google-auth-library itself, over the platform’s own fetch', async () => {
  const metadata = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    if (!request.url?.includes('/token')) return void response.end(request.url?.includes('project-id') ? 'shop' : '{}');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'of-the-machine', expires_in: 3_600, token_type: 'Bearer' }));
  });
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  const kept = { ...process.env };
  process.env.GCE_METADATA_HOST = `127.0.0.1:${(metadata.address() as AddressInfo).port}`;
  process.env.HOME = '/nonexistent';
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  try {
    expect(await applicationDefaultToken('shop')()).toBe('of-the-machine');
  } finally {
    process.env = kept;
    metadata.closeAllConnections();
    metadata.close();
  }
});
