import type { KeyScope } from './ports.ts';

const ROLES = ['viewer', 'member', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const SCOPE_ROLE: Record<KeyScope, Role> = { read: 'viewer', write: 'member', admin: 'admin' };

export function roleOfScope(scope: KeyScope): Role {
  return SCOPE_ROLE[scope];
}

/** Whether who has the role may do what needs the scope: each role may do all that the ones before it may. */
export function mayDo(role: Role, needed: KeyScope): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(SCOPE_ROLE[needed]);
}

/** A role from a store that may hold anything; what is unknown may only look. */
export function toRole(value: unknown): Role {
  return ROLES.find((role) => role === value) ?? 'viewer';
}

/** The widest scope a role has. */
export function scopeOfRole(role: Role): KeyScope {
  return role === 'admin' ? 'admin' : role === 'member' ? 'write' : 'read';
}
