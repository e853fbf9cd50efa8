import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { IssueExplanation } from '../../api/queries/analysis.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

type Evidence = IssueExplanation['evidence'];

interface EvidenceLinksProps {
  ids: readonly string[];
  evidence: Evidence;
}

/** What a claim rests on, each as the way to where it stands. */
export function EvidenceLinks({ ids, evidence }: EvidenceLinksProps) {
  const { analysis } = useMessages();
  if (ids.length === 0) return null;
  return (
    <ul aria-label={analysis.explanation.evidence} className="flex flex-wrap gap-x-3 text-xs">
      {ids.map((id) => (
        <li key={id} className="wrap-anywhere">
          <Way id={id}>{oneLine(evidence.find((one) => one.id === id)?.label ?? id)}</Way>
        </li>
      ))}
    </ul>
  );
}

/** Sections of this very page, by the kind of what stands there. */
const SECTIONS: Record<string, string> = {
  frame: 'exceptions',
  exception: 'exceptions',
  event: 'exceptions',
  breadcrumb: 'breadcrumbs',
  suspect: 'evidence',
  snippet: 'evidence',
  owner: 'evidence',
  incident: 'incidents',
  revision: 'over-time',
};
const CLASS = 'text-info underline';

function Way({ id, children }: { id: string; children: ReactNode }) {
  const at = id.indexOf(':');
  const kind = at === -1 ? id : id.slice(0, at);
  if (kind === 'deployment')
    return (
      <Link to="/deployments/$id" params={{ id: id.slice(at + 1) }} search={{}} className={CLASS}>
        {children}
      </Link>
    );
  const section = Object.hasOwn(SECTIONS, kind) ? SECTIONS[kind] : undefined;
  if (section === undefined) return <span className="font-mono text-muted">{children}</span>;
  const show = () => {
    const title = document.getElementById(section);
    if (!title) return;
    // A heading takes the focus only when it is told so: whoever reads on does it from there.
    title.tabIndex = -1;
    title.focus();
  };
  return (
    <button type="button" onClick={show} className={`cursor-pointer text-left ${CLASS}`}>
      {children}
    </button>
  );
}
