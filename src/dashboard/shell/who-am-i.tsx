import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { meQuery } from '../api/queries.ts';
import { send } from '../api/request.ts';
import { Button } from '../components/button.tsx';
import { useMessages } from '../language.tsx';
import { visibleText } from '../visible-text.ts';

export function WhoAmI() {
  const { shell } = useMessages();
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
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
  const logOut = async () => {
    await send('/api/auth/sign-out', { method: 'POST', body: {} }).catch(() => {});
    client.clear();
    await client.refetchQueries({ queryKey: ['me'] });
    location.assign('/');
  };
  return (
    <div className="text-xs text-muted">
      <p>{shell.signedInAs}</p>
      <p className="font-semibold text-ink wrap-anywhere">{visibleText(me.name)}</p>
      <p className="wrap-anywhere">
        {visibleText(me.email ?? '')} · {shell.role[me.role]}
      </p>
      {me.kind === 'user' && (
        <Button className="mt-1 w-full" onClick={() => void logOut()}>
          {shell.logOut}
        </Button>
      )}
    </div>
  );
}
