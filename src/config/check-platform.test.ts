import { describe, expect, it } from 'vitest';
import { checkPlatform } from './check-platform.ts';
import { configurationSchema } from './schema.ts';

const sqlite = configurationSchema.parse({});
const postgres = configurationSchema.parse({ database: { url: 'postgres://guardian@db.example.org/guardian' } });

describe('the platform', () => {
  it('refuses SQLite on Cloud Run, and says what to do', () => {
    expect(() => checkPlatform(sqlite, { K_SERVICE: 'guardian' })).toThrow(
      expect.objectContaining({
        code: 'configuration_invalid',
        about: expect.objectContaining({ key: 'database.url', remedy: expect.stringContaining('DATABASE_URL') }),
      }),
    );
  });

  it('lets PostgreSQL run there, and SQLite everywhere else', () => {
    expect(() => checkPlatform(postgres, { K_SERVICE: 'guardian' })).not.toThrow();
    expect(() => checkPlatform(sqlite, {})).not.toThrow();
    expect(() => checkPlatform(sqlite, { K_SERVICE: '' })).not.toThrow();
  });
});
