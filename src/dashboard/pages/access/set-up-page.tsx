import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { send } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';

const route = getRouteApi('/setup');

export function SetUpPage() {
  const { shell } = useMessages();
  const { token } = route.useSearch();
  const client = useQueryClient();
  const navigate = useNavigate();
  const setUp = useMutation({
    mutationFn: (body: { token?: string | undefined; name: string; email: string; password: string }) =>
      send('/api/setup', { method: 'POST', body }),
    onSuccess: async () => {
      await navigate({ to: '/', search: {} });
      await client.resetQueries();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? '');
    setUp.mutate({ token, name: text('name'), email: text('email'), password: text('password') });
  };
  return (
    <Card>
      <title>{`${shell.setUp.title} · Guardian`}</title>
      <h1 className="text-lg font-semibold">{shell.setUp.title}</h1>
      <p className="mt-1 mb-3 text-sm text-muted">{shell.setUp.intro}</p>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField label={shell.setUp.name} name="name" autoComplete="name" required maxLength={100} />
        <TextField label={shell.logIn.email} name="email" type="email" autoComplete="username" required />
        <TextField
          label={shell.setUp.password}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={200}
        />
        <Button type="submit" look="main" disabled={setUp.isPending}>
          {shell.setUp.action}
        </Button>
        <FailedLine error={setUp.error} />
        {!token && <p className="text-sm text-muted">{shell.setUp.noToken}</p>}
      </form>
    </Card>
  );
}
