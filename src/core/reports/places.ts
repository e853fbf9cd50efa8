import type { Event } from '../events/index.ts';
import type { RepositoryEvidence } from '../evidence/index.ts';
import { failingFrame, type Issue, type OriginOf } from '../issues/index.ts';
import { wholeNumber } from './plain-values.ts';

export interface Place {
  /** Path in the repository where the evidence found it, else as the trace writes it. */
  file: string;
  line: number | null;
  function: string | null;
}

/** Knows where failures are: which frames are the application's, and how their traced paths stand in the repository. */
export interface Places {
  originOf: OriginOf;
  /** The application frame nearest the throw; null when no frame is the application's. */
  ofEvent(event: Event): Place | null;
  /** That of the representative. */
  ofIssue(issue: Issue): Place | null;
  /** A traced path as the repository knows it. */
  inRepository(path: string): string;
}

export function findPlaces(evidence: RepositoryEvidence, originOf: OriginOf): Places {
  const paths = mappedPaths(evidence);
  const inRepository = (path: string) => paths.get(path) ?? path;
  const ofEvent = (event: Event): Place | null => {
    const failing = failingFrame(event, originOf);
    const path = failing === null ? null : (failing.path ?? failing.frame.file);
    if (failing === null || path === null) return null;
    return { file: inRepository(path), line: wholeNumber(failing.frame.line), function: failing.frame.function };
  };
  return {
    originOf,
    ofEvent,
    ofIssue: (issue) => (issue.incidents[0] ? ofEvent(issue.incidents[0].representative) : null),
    inRepository,
  };
}

/** What the evidence mapped, by the path a frame carries; the first mapping of a path counts. */
function mappedPaths({ byIssue }: RepositoryEvidence): Map<string, string> {
  const paths = new Map<string, string>();
  for (const { culprits } of byIssue.values()) {
    for (const { frame, path } of culprits) {
      for (const traced of [frame.origin?.path, frame.file]) {
        if (traced && !paths.has(traced)) paths.set(traced, path);
      }
    }
  }
  return paths;
}
