import { describe, expect, it } from 'vitest';
import { DEFAULT_API_LIMITS } from '../adapters/sources/cloud-logging/index.ts';
import { DEFAULT_FILE_LIMITS } from '../adapters/sources/file/index.ts';
import { DEFAULT_EVIDENCE_LIMITS } from '../core/evidence/index.ts';
import { DEFAULT_UNDERSTANDING_LIMITS } from '../core/issues/index.ts';
import { DEFAULT_FAILED_LOOK_POLICY, DEFAULT_MAIL_POLICY } from '../core/notify/index.ts';
import { DEFAULT_REPORT_KNOBS } from '../core/reports/index.ts';
import { reportKnobsOf } from './derive.ts';
import { configurationSchema } from './schema.ts';

describe('the defaults on the one screen', () => {
  const configuration = configurationSchema.parse({});
  const { report, understanding, mail, cloudLogging, file } = configuration;

  it('are those of the parts that use them', () => {
    expect(reportKnobsOf(configuration)).toMatchObject(DEFAULT_REPORT_KNOBS);
    expect(report.snippetLines).toBe(DEFAULT_EVIDENCE_LIMITS.snippetLines);
    expect(report.latencyAboveMs).toBe(DEFAULT_UNDERSTANDING_LIMITS.latencyMs);
    expect(understanding.candidates).toBe(DEFAULT_UNDERSTANDING_LIMITS.candidates);
    expect(understanding.contextEvents).toBe(DEFAULT_UNDERSTANDING_LIMITS.context);
    expect(mail.coolDownMs).toBe(DEFAULT_MAIL_POLICY.coolDownMs);
    expect(mail.failedLooks).toBe(DEFAULT_FAILED_LOOK_POLICY.failures);
    expect(mail.minimumStatus).toBe(DEFAULT_MAIL_POLICY.minimumStatus);
    expect(cloudLogging.entryLimit).toBe(DEFAULT_API_LIMITS.maxEntries);
    expect(cloudLogging.pageTimeoutMs).toBe(DEFAULT_API_LIMITS.pageTimeoutMs);
    expect(file.lineBytes).toBe(DEFAULT_FILE_LIMITS.lineBytes);
  });
});
