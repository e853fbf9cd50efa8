import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { viewsQuery } from '../../api/queries/issues.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { AskDialog, Dialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { parseSearch } from '../../search-parameters.ts';
import { visibleText } from '../../visible-text.ts';

/** One's own filters under a name. */
export function SavedViews({ page }: { page: 'issues' }) {
  const { issues: t } = useMessages();
  const [open, setOpen] = useState<'list' | 'save' | null>(null);
  return (
    <>
      <Button onClick={() => setOpen('list')}>{t.views}</Button>
      <Button onClick={() => setOpen('save')}>{t.saveView}</Button>
      {open === 'list' && <ViewList page={page} onClose={() => setOpen(null)} />}
      {open === 'save' && <SaveView page={page} onClose={() => setOpen(null)} />}
    </>
  );
}

function ViewList({ page, onClose }: { page: 'issues'; onClose: () => void }) {
  const { issues: t, shared } = useMessages();
  const client = useQueryClient();
  const views = useQuery(viewsQuery);
  const remove = useMutation({
    mutationFn: (id: string) => sendJson(`/api/views/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['views'] }),
  });
  return (
    <Dialog title={t.views} onClose={onClose}>
      <Loaded query={views}>
        {({ items }) => {
          const own = items.filter((view) => view.page === page);
          if (own.length === 0) return <p className="text-muted">{t.noViews}</p>;
          return (
            <ul>
              {own.map((view) => (
                <li key={view.id} className="flex items-center justify-between gap-2 py-1">
                  <Link
                    to="/issues"
                    search={{ project: undefined, ...parseSearch(view.query) }}
                    onClick={onClose}
                    className="min-w-0 text-info underline wrap-anywhere"
                  >
                    {visibleText(view.name)}
                  </Link>
                  <Button
                    look="bare"
                    aria-label={t.removeView(view.name)}
                    title={shared.remove}
                    onClick={() => remove.mutate(view.id)}
                  >
                    ✕
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      <FailedLine error={remove.error} />
    </Dialog>
  );
}

function SaveView({ page, onClose }: { page: 'issues'; onClose: () => void }) {
  const { issues: t, shared } = useMessages();
  const { searchStr } = useLocation();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (name: string) =>
      sendJson('/api/views', { method: 'POST', body: { name, page, query: searchStr.replace(/^\?/, '') } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['views'] });
      onClose();
    },
  });
  return (
    <AskDialog
      title={t.saveView}
      action={shared.save}
      isBusy={save.isPending}
      onClose={onClose}
      onSubmit={(data) => save.mutate(String(data.get('name')))}
    >
      <TextField label={t.viewName} name="name" required maxLength={100} autoFocus />
      <FailedLine error={save.error} />
    </AskDialog>
  );
}
