import { useQuery } from '@tanstack/react-query';
import { meQuery } from './api/queries/administration.ts';

/** Whether who is logged in may change things (`write`), or also keys, users and projects (`admin`): what they may not is not offered. */
export function useMay(needed: 'write' | 'admin'): boolean {
  const { data: me } = useQuery(meQuery);
  return me?.role === 'admin' || (needed === 'write' && me?.role === 'member');
}
