import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { User, userChange, userRequest } from '../../../contracts/api/administration.ts';
import { meQuery, usersQuery } from '../../api/queries/administration.ts';
import { sendJson } from '../../api/request.ts';
import { Button, buttonClass } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

const ROLES = ['viewer', 'member', 'admin'] as const satisfies readonly User['role'][];

export function Users() {
  const { settings } = useMessages();
  const t = settings.users;
  const { data: me } = useQuery(meQuery);
  const users = useQuery(usersQuery);
  return (
    <>
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      {me?.kind === 'open' ? (
        <Card edge="info" tint="info">
          <p className="mb-2">{t.empty}</p>
          <Link to="/setup" className={buttonClass('main')}>
            {t.firstAdmin}
          </Link>
        </Card>
      ) : (
        <>
          <Card className="mb-3">
            <NewUser />
          </Card>
          <Loaded query={users}>
            {({ items }) => (
              <ul className="overflow-hidden rounded-lg border border-line bg-card">
                {items.map((user) => (
                  <UserRow key={user.id} user={user} isMe={user.id === me?.id} />
                ))}
              </ul>
            )}
          </Loaded>
        </>
      )}
    </>
  );
}

function NewUser() {
  const { settings, shell } = useMessages();
  const t = settings.users;
  const client = useQueryClient();
  const [role, setRole] = useState<string>('member');
  const make = useMutation({
    mutationFn: (body: z.input<typeof userRequest>) => sendJson<User>('/api/users', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const text = (name: string) => String(data.get(name));
    make.mutate(
      { name: text('name'), email: text('email'), password: text('password'), role: role as User['role'] },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <TextField label={t.name} name="name" required maxLength={100} autoComplete="off" className="grow basis-40" />
      <TextField label={t.email} name="email" type="email" required autoComplete="off" className="grow basis-48" />
      <TextField
        label={t.password}
        name="password"
        type="password"
        required
        minLength={12}
        maxLength={200}
        autoComplete="new-password"
        className="grow basis-48"
      />
      <SelectField
        label={t.role}
        value={role}
        onChoose={setRole}
        options={ROLES.map((one) => [one, shell.role[one]] as const)}
      />
      <Button type="submit" look="main" disabled={make.isPending}>
        {t.make}
      </Button>
      <FailedLine error={make.error} />
    </form>
  );
}

function UserRow({ user, isMe }: { user: User; isMe: boolean }) {
  const { settings, shell } = useMessages();
  const t = settings.users;
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (body: z.input<typeof userChange>) =>
      sendJson(`/api/users/${encodeURIComponent(user.id)}`, { method: 'PATCH', body }),
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2 text-sm last:border-b-0">
      <span className="min-w-0 grow basis-48">
        <span className="font-semibold wrap-anywhere">{visibleText(user.name)}</span>
        <span className="block text-xs text-muted wrap-anywhere">
          {visibleText(user.email)}
          {user.isDisabled && ` · ${t.disabled}`}
        </span>
      </span>
      <SelectField
        label={t.roleOf(user.name)}
        isLabelHidden
        value={user.role}
        disabled={isMe || change.isPending}
        onChoose={(role) => change.mutate({ role: role as User['role'] })}
        options={ROLES.map((one) => [one, shell.role[one]] as const)}
      />
      {!isMe && (
        <Button
          look={user.isDisabled ? 'plain' : 'danger'}
          disabled={change.isPending}
          onClick={() => (user.isDisabled ? change.mutate({ isDisabled: false }) : setAsking(true))}
        >
          {user.isDisabled ? t.enable : t.disable}
        </Button>
      )}
      <FailedLine error={isAsking ? null : change.error} />
      {isAsking && (
        <AskDialog
          title={t.disableQuestion(user.name)}
          action={t.disable}
          look="danger"
          isBusy={change.isPending}
          onSubmit={() => change.mutate({ isDisabled: true })}
          onClose={() => setAsking(false)}
        >
          <FailedLine error={change.error} />
        </AskDialog>
      )}
    </li>
  );
}
