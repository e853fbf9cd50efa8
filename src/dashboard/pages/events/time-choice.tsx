import { getRouteApi } from '@tanstack/react-router';
import { Button } from '../../components/button.tsx';
import { SelectField } from '../../components/fields.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { isMoving, RANGES, type RangeName, rangeName } from './time-range.ts';

const route = getRouteApi('/events');
const NAMES = Object.keys(RANGES) as RangeName[];

/** A range that moves with the clock, or the span that was dragged out of the chart. */
export function TimeChoice() {
  const { events: t } = useMessages();
  const formats = useFormats();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  if (!isMoving(search)) {
    const span = [search.from, search.to].map((at) => (at === undefined ? '…' : formats.exact(Date.parse(at))));
    return (
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span>
          {t.chosen}: {span.join(' – ')}
        </span>
        <Button onClick={() => void navigate({ search: (former) => ({ ...former, from: undefined, to: undefined }) })}>
          {t.wholeRange}
        </Button>
      </div>
    );
  }
  return (
    <SelectField
      label={t.range}
      isLabelHidden
      value={rangeName(search)}
      options={NAMES.map((name) => [name, t.ranges[name]] as const)}
      onChoose={(range) => void navigate({ search: (former) => ({ ...former, range }) })}
      className="w-36"
    />
  );
}
