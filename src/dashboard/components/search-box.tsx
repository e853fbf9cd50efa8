import { type FormEvent, useEffect, useRef } from 'react';

interface SearchBoxProps {
  label: string;
  hint: string;
  value: string;
  onSearch: (value: string) => void;
}

/** Searches on Enter; `/` brings the focus here. What stands in the address fills it. */
export function SearchBox({ label, hint, value, onSearch }: SearchBoxProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current) field.current.value = value;
  }, [value]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(field.current?.value.trim() ?? '');
  };
  return (
    <search className="min-w-0 grow basis-64">
      <form onSubmit={submit}>
        <input
          ref={field}
          type="search"
          aria-label={label}
          placeholder={hint}
          defaultValue={value}
          // The little cross of a search field empties it; then everything is shown again.
          onInput={(event) => event.currentTarget.value === '' && value !== '' && onSearch('')}
          className="min-h-9 w-full rounded-md border border-edge bg-card px-3 py-1 text-sm text-ink placeholder:text-muted"
        />
      </form>
    </search>
  );
}
