import type { ReactNode } from 'react';
import { useMessages } from '../language.tsx';
import { useMay } from '../role.ts';
import { EmptyState, PageHead } from './card.tsx';

interface AdminsOnlyProps {
  title: string;
  /** What whoever is no administrator can look at instead. */
  hint?: string;
  children: ReactNode;
}

/** A page of administrators: nobody else's browser even asks for what it shows. */
export function AdminsOnly({ title, hint, children }: AdminsOnlyProps) {
  const { shared } = useMessages();
  const isAdmin = useMay('admin');
  return (
    <>
      <title>{`${title} · Guardian`}</title>
      {isAdmin ? (
        children
      ) : (
        <>
          <PageHead title={title} />
          <EmptyState title={shared.adminOnly}>{hint}</EmptyState>
        </>
      )}
    </>
  );
}
