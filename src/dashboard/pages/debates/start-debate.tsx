import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type DebateRequest, startDebate } from '../../api/queries/debates.ts';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { TextArea, TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { AgentFields, agentsOf, type ChosenAgent } from './agent-fields.tsx';

const DEFAULT_ROUNDS = 2;

/** What is debated, by whom, how long and for how much; then straight to where it is held. */
export function StartDebate({ models, onClose }: { models: readonly string[]; onClose: () => void }) {
  const { debates: t } = useMessages();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [agents, setAgents] = useState<ChosenAgent[]>(() => agentsOf(models));
  const start = useMutation({
    mutationFn: startDebate,
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['debates'] });
      void navigate({ to: '/debates/$id', params: { id }, search: {} });
    },
  });
  return (
    <AskDialog
      title={t.start}
      action={t.start}
      isBusy={start.isPending}
      onClose={onClose}
      onSubmit={(data) => start.mutate(requestOf(data, agents))}
    >
      <div>
        <TextArea name="topic" label={t.topic} required maxLength={20_000} autoFocus aria-describedby="topic-hint" />
        <p id="topic-hint" className="mt-1 text-xs text-muted">
          {t.topicHint}
        </p>
      </div>
      <AgentFields agents={agents} models={models} onChange={setAgents} />
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          name="rounds"
          label={t.roundsField}
          type="number"
          min={1}
          max={5}
          defaultValue={DEFAULT_ROUNDS}
          required
        />
        <TextField
          name="cost"
          label={t.maxCost}
          type="number"
          min={0.000001}
          max={100}
          step="any"
          placeholder={t.unbounded}
        />
        <TextField name="tokens" label={t.maxTokens} type="number" min={1} max={1_000_000} placeholder={t.unbounded} />
      </div>
      <FailedLine error={start.error} />
    </AskDialog>
  );
}

function requestOf(data: FormData, agents: readonly ChosenAgent[]): DebateRequest {
  const bound = (name: string) => {
    const text = String(data.get(name) ?? '').trim();
    return text === '' ? undefined : Number(text);
  };
  const cost = bound('cost');
  const tokens = bound('tokens');
  return {
    topic: String(data.get('topic')).trim(),
    rounds: bound('rounds') ?? DEFAULT_ROUNDS,
    agents: agents.map(({ name, role, provider }) => ({ name, role, ...(provider === '' ? {} : { provider }) })),
    ...(cost === undefined ? {} : { max_cost_usd: cost }),
    ...(tokens === undefined ? {} : { max_tokens: tokens }),
  };
}
