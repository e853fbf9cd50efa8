import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { meQuery } from '../api/queries/administration.ts';
import { send } from '../api/request.ts';
import { Button } from '../components/button.tsx';
import { FailedLine } from '../components/failed.tsx';
import { useMessages } from '../language.tsx';
import { visibleText } from '../visible-text.ts';

export function WhoAmI() {
  const { shell } = useMessages();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const logOut = useMutation({
    mutationFn: () => send('/api/auth/sign-out', { method: 'POST', body: {} }),
    onSuccess: () => {
      client.setQueryData(meQuery.queryKey, null);
      // Nothing of what was seen may stay.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
      return navigate({ to: '/', search: { project: undefined } });
    },
  });
  if (!me) return null;
  if (me.kind === 'open') {
    return (
      <p className="text-xs text-muted">
        {shell.open}{' '}
        <Link to="/setup" className="text-info underline">
          {shell.openAction}
        </Link>
      </p>
    );
  }
  return (
    <div className="text-xs text-muted">
      <p>{shell.signedInAs}</p>
      <p className="font-semibold text-ink wrap-anywhere">{visibleText(me.name)}</p>
      <p className="wrap-anywhere">
        {visibleText(me.email ?? '')} · {shell.role[me.role]}
      </p>
      {me.kind === 'user' && (
        <Button className="mt-1 w-full" disabled={logOut.isPending} onClick={() => logOut.mutate()}>
          {shell.logOut}
        </Button>
      )}
      <FailedLine error={logOut.error} />
    </div>
  );
}
