import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { ApiKey, apiKeyRequest, newApiKey } from '../../../contracts/api/administration.ts';
import { apiKeysQuery } from '../../api/queries/administration.ts';
import { send, sendJson } from '../../api/request.ts';
import { useNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { AskDialog, Dialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';

const SCOPES = ['read', 'write', 'admin'] as const satisfies readonly ApiKey['scope'][];
const EXPIRIES = ['90', '30', '365', 'never'] as const;
const DAY_MS = 86_400_000;

export function ApiKeys() {
  const { settings } = useMessages();
  const t = settings.keys;
  const keys = useQuery(apiKeysQuery);
  return (
    <>
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <Card className="mb-3">
        <NewKey />
      </Card>
      <Loaded query={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">{t.empty}</p>
          ) : (
            <ul className="overflow-hidden rounded-lg border border-line bg-card">
              {items.map((key) => (
                <KeyRow key={key.id} apiKey={key} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function NewKey() {
  const { settings, shared } = useMessages();
  const t = settings.keys;
  const client = useQueryClient();
  const [scope, setScope] = useState<string>('read');
  const [expiry, setExpiry] = useState<string>('90');
  const make = useMutation({
    mutationFn: (body: z.input<typeof apiKeyRequest>) =>
      sendJson<z.infer<typeof newApiKey>>('/api/keys', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    make.mutate(
      {
        label: String(new FormData(form).get('label')),
        scope: scope as ApiKey['scope'],
        expiresAt: expiry === 'never' ? null : new Date(Date.now() + Number(expiry) * DAY_MS).toISOString(),
      },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <TextField label={t.label} name="label" required maxLength={100} className="grow basis-48" />
      <SelectField
        label={t.scope}
        value={scope}
        onChoose={setScope}
        options={SCOPES.map((one) => [one, t.scopes[one]] as const)}
      />
      <SelectField
        label={t.expires}
        value={expiry}
        onChoose={setExpiry}
        options={EXPIRIES.map((one) => [one, t.expiry[one]] as const)}
      />
      <Button type="submit" look="main" disabled={make.isPending}>
        {t.make}
      </Button>
      <FailedLine error={make.error} />
      {make.data && (
        <Dialog title={t.onceTitle} onClose={() => make.reset()}>
          <p className="mb-2 text-sm">{t.once}</p>
          <code className="mb-3 block rounded bg-code p-2 text-sm wrap-anywhere">{make.data.key}</code>
          <CopyButton look="main" text={make.data.key} label={shared.copy} />
        </Dialog>
      )}
    </form>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { settings, shared } = useMessages();
  const t = settings.keys;
  const now = useNow();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => send(`/api/keys/${encodeURIComponent(apiKey.id)}`, { method: 'DELETE' }),
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  const hasEnded = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) < now;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2 text-sm last:border-b-0">
      <span className="min-w-0 grow basis-48">
        <span className="font-semibold wrap-anywhere">{visibleText(apiKey.label)}</span>
        <span className="block text-xs text-muted">{t.scopes[apiKey.scope]}</span>
      </span>
      <span className="text-xs text-muted">
        {shared.created} <Ago at={apiKey.createdAt} /> · {t.lastUsed} <Ago at={apiKey.lastUsedAt} />
        <span className="block">
          {t.expires} {apiKey.expiresAt === null ? t.expiry.never : <Ago at={apiKey.expiresAt} />}
        </span>
      </span>
      {apiKey.revokedAt !== null ? (
        <span className="text-xs text-muted">{t.revoked}</span>
      ) : hasEnded ? (
        <span className="text-xs text-muted">{t.expired}</span>
      ) : (
        <Button look="danger" onClick={() => setAsking(true)}>
          {t.revoke}
        </Button>
      )}
      {isAsking && (
        <AskDialog
          title={t.revokeQuestion(apiKey.label)}
          action={t.revoke}
          look="danger"
          isBusy={revoke.isPending}
          onSubmit={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          <FailedLine error={revoke.error} />
        </AskDialog>
      )}
    </li>
  );
}
