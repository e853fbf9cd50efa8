import { expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { isolationOf } from './fix-settings.ts';

it.each([
  [{ automatic: 'mender' }, {}, 'required'],
  [{ automatic: 'mender' }, { isolation: 'preferred' }, 'preferred'],
  [{ automatic: 'other' }, {}, 'preferred'],
  [{}, { isolation: 'required' }, 'required'],
] as const)('an agent of %j with %j runs with isolation %s', (fixes, said, isolation) => {
  const agent = { way: 'command' as const, command: ['mend'] };
  const agents = { mender: { ...agent, ...said }, other: agent };
  expect(isolationOf(configurationSchema.parse({ fixes: { ...fixes, agents } }), 'mender')).toBe(isolation);
});
