import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../api/queries/administration.ts';
import { useMessages } from '../language.tsx';
import { SelectField } from './fields.tsx';

interface ServiceFieldProps {
  value: string | undefined;
  onChoose: (service: string | undefined) => void;
  /** Services that the page knows of besides those that sent events. */
  more?: readonly string[];
}

/** The services of the projects, and whatever the address names. */
export function ServiceField({ value, onChoose, more = [] }: ServiceFieldProps) {
  const { shared } = useMessages();
  const projects = useQuery(projectsQuery);
  const known = new Set([...(projects.data?.items ?? []).flatMap(({ services }) => services), ...more]);
  if (value !== undefined) known.add(value);
  const names = [...known].sort((a, b) => a.localeCompare(b));
  return (
    <SelectField
      label={shared.service}
      value={value ?? ''}
      options={[['', shared.all], ...names.map((name) => [name, name] as const)]}
      onChoose={(name) => onChoose(name === '' ? undefined : name)}
    />
  );
}
