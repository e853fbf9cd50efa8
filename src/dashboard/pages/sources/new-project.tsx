import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';

export function NewProject() {
  const { sources: t } = useMessages();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: (name: string) => sendJson('/api/projects', { method: 'POST', body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['projects'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    make.mutate(String(new FormData(form).get('name')), { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <TextField label={t.projectName} name="name" required maxLength={100} className="grow basis-48" />
      <Button type="submit" disabled={make.isPending}>
        {t.newProject}
      </Button>
      <FailedLine error={make.error} />
    </form>
  );
}
