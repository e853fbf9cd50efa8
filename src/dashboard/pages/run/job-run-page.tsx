import { getRouteApi } from '@tanstack/react-router';
import { RunView } from './run-view.tsx';

const route = getRouteApi('/jobs/$id/runs/$run');

export function JobRunPage() {
  const { run } = route.useParams();
  return <RunView id={run} />;
}
