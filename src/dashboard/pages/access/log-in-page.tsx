import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { RequestError, send } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';

/** Stands in the place of any page that needs a session; after it, that page is shown. */
export function LogInPage() {
  const { shell, shared } = useMessages();
  const client = useQueryClient();
  const logIn = useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      send('/api/auth/sign-in/email', { method: 'POST', body }),
    onSuccess: () => client.resetQueries(),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    logIn.mutate({ email: String(data.get('email')), password: String(data.get('password')) });
  };
  // The server's own words say more, where it has some.
  const isRefused = logIn.error instanceof RequestError && logIn.error.status === 401 && !logIn.error.problem;
  return (
    <main className="mx-auto max-w-sm p-4 pt-16">
      <title>{`${shell.logIn.title} · Guardian`}</title>
      <div className="mb-4 flex items-center gap-2 text-xl font-semibold">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        {shared.product}
      </div>
      <Card>
        <h1 className="mb-3 text-lg font-semibold">{shell.logIn.title}</h1>
        <form onSubmit={submit} className="flex flex-col gap-3">
          <TextField label={shell.logIn.email} name="email" type="email" autoComplete="username" required />
          <TextField
            label={shell.logIn.password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" look="main" disabled={logIn.isPending}>
            {logIn.isPending ? shell.logIn.busy : shell.logIn.action}
          </Button>
          {isRefused ? (
            <p role="alert" className="text-sm text-bad">
              {shell.logIn.refused}
            </p>
          ) : (
            <FailedLine error={logIn.error} />
          )}
        </form>
      </Card>
      <p className="mt-4 text-sm text-muted">{shell.logIn.firstTime}</p>
    </main>
  );
}
