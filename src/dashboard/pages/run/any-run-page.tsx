import { getRouteApi } from '@tanstack/react-router';
import { RunView } from './run-view.tsx';

const route = getRouteApi('/runs/$run');

/** The same page by the run alone: what messages link to. */
export function AnyRunPage() {
  const { run } = route.useParams();
  return <RunView id={run} />;
}
