import type { DebateAgent } from '../../api/queries/debates.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';

const ROLES = ['attacker', 'challenger', 'participant', 'mediator'] as const satisfies readonly DebateAgent['role'][];
const MOST = 8;

export interface ChosenAgent {
  /** Stays with the row while its name is typed. */
  key: number;
  name: string;
  role: DebateAgent['role'];
  /** Empty: the first that answers. */
  provider: string;
}

/** The three of every debate, each with a model of its own as far as there are as many. */
export function agentsOf(models: readonly string[]): ChosenAgent[] {
  return (['attacker', 'challenger', 'mediator'] as const).map((role, key) => ({
    ...{ key, name: role, role },
    provider: models[key % models.length] ?? '',
  }));
}

interface AgentFieldsProps {
  agents: readonly ChosenAgent[];
  models: readonly string[];
  onChange: (agents: ChosenAgent[]) => void;
}

/** Who speaks, as what, with which model. */
export function AgentFields({ agents, models, onChange }: AgentFieldsProps) {
  const { debates: t } = useMessages();
  const change = (key: number, changed: Partial<ChosenAgent>) =>
    onChange(agents.map((agent) => (agent.key === key ? { ...agent, ...changed } : agent)));
  const add = () => {
    const key = Math.max(-1, ...agents.map((agent) => agent.key)) + 1;
    onChange([...agents, { key, name: `participant-${key}`, role: 'participant', provider: '' }]);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-semibold">{t.whoSpeaks}</legend>
      <ul className="flex flex-col gap-2">
        {agents.map(({ key, name, role, provider }) => (
          <li key={key} className="grid grid-cols-2 items-end gap-2 sm:grid-cols-[1fr_1fr_1fr_auto]">
            <TextField
              label={t.name}
              value={name}
              required
              maxLength={60}
              pattern="[A-Za-z0-9_\-]+"
              onChange={(event) => change(key, { name: event.target.value })}
            />
            <SelectField
              label={t.role}
              value={role}
              options={ROLES.map((one) => [one, t.roles[one] ?? one] as const)}
              onChoose={(chosen) => change(key, { role: ROLES.find((one) => one === chosen) ?? role })}
            />
            <SelectField
              label={t.model}
              value={provider}
              options={[['', t.anyModel], ...models.map((model) => [model, model] as const)]}
              onChoose={(chosen) => change(key, { provider: chosen })}
            />
            <Button
              look="bare"
              aria-label={t.remove(name)}
              disabled={agents.length === 1}
              onClick={() => onChange(agents.filter((agent) => agent.key !== key))}
            >
              ✕
            </Button>
          </li>
        ))}
      </ul>
      <Button className="mt-2" disabled={agents.length >= MOST} onClick={add}>
        {t.add}
      </Button>
    </fieldset>
  );
}
