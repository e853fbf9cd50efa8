import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

const BOX = 'min-h-8 w-full min-w-0 rounded-md border border-edge bg-card px-2 py-1 text-sm text-ink';

interface FieldProps {
  label: ReactNode;
  /** The label is for screen readers only; something else on screen says it. */
  isLabelHidden?: boolean;
}

export function TextField({
  label,
  isLabelHidden,
  className = '',
  ...rest
}: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-sm text-muted'}>
        {label}
      </label>
      <input id={id} className={BOX} {...rest} />
    </div>
  );
}

export function TextArea({
  label,
  isLabelHidden,
  className = '',
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-sm text-muted'}>
        {label}
      </label>
      <textarea id={id} rows={4} className={BOX} {...rest} />
    </div>
  );
}

interface SelectFieldProps extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> {
  options: readonly (readonly [value: string, text: string])[];
  onChoose: (value: string) => void;
}

export function SelectField({ label, isLabelHidden, options, onChoose, className = '', ...rest }: SelectFieldProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1 block text-sm text-muted'}>
        {label}
      </label>
      <select id={id} className={BOX} onChange={(event) => onChoose(event.target.value)} {...rest}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface FilterTextProps {
  name: string;
  label: string;
  value: string;
  onChoose: (value: string) => void;
  placeholder?: string;
}

/** A text that narrows a list: takes effect when the field is left or Enter is pressed. */
export function FilterText({ name, label, value, onChoose, placeholder }: FilterTextProps) {
  return (
    <TextField
      key={value}
      name={name}
      label={label}
      defaultValue={value}
      placeholder={placeholder}
      onBlur={(event) => event.target.value.trim() !== value && onChoose(event.target.value.trim())}
      onKeyDown={(event) => event.key === 'Enter' && onChoose(event.currentTarget.value.trim())}
    />
  );
}
