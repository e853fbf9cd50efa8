import { useEffect, useState } from 'react';
import { live } from '../../live/use-live.ts';

/** How many events came since the list stopped; of all projects or the one shown. */
export function useArrivals(isStopped: boolean, project: string | undefined): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    if (!isStopped) return;
    return live.onChange((change) => {
      if (change?.kind !== 'events' || (project !== undefined && change.project !== project)) return;
      setCount((former) => former + change.count);
    });
  }, [isStopped, project]);
  return count;
}
