import { z } from 'zod';

/** Who may read the figures at /api/metrics. */
export const metrics = z.strictObject({
  token: z
    .string()
    .min(16)
    .nullable()
    .default(null)
    .describe('bearer token that Prometheus shows; null: only the networks, and who may read otherwise'),
  networks: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default(['127.0.0.0/8', '::1'])
    .describe('addresses or networks that read without a token: this machine; [] asks everybody for it'),
});
