import { expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { declaredJobs } from './jobs.ts';

it('a call ends after 30 s, everything else after an hour, where no other time is said', () => {
  const { jobs } = {
    jobs: {
      call: { http: 'https://workshop.piano.ca/' },
      patient: { http: 'https://workshop.piano.ca/', timeout: '2m' },
      command: { shell: 'true' },
      elsewhere: { watched: {}, cron: '0 3 * * *' },
    },
  };
  const declared = declaredJobs(configurationSchema.parse({ jobs }), { folder: '/', projectId: () => null });
  expect(Object.fromEntries(declared.map(({ id, timeoutMs }) => [id, timeoutMs / 1_000]))).toEqual({
    call: 30,
    patient: 120,
    command: 3_600,
    elsewhere: 3_600,
  });
});
