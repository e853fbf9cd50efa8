import { useMutation } from '@tanstack/react-query';
import type { z } from 'zod';
import type { usageReportMade } from '../../../contracts/api/usage.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

/** The report of the last whole period, without waiting for its hour. */
export function MakeReport() {
  const { usage: t } = useMessages();
  const make = useMutation({
    mutationFn: () =>
      sendJson<z.infer<typeof usageReportMade>>('/api/usage/generate-report', { method: 'POST', body: {} }),
  });
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      <span role="status" className="text-sm text-muted wrap-anywhere">
        {make.data && t.reportMade(oneLine(make.data.summary.period), oneLine(make.data.file))}
      </span>
      <FailedLine error={make.error} />
      <Button disabled={make.isPending} onClick={() => make.mutate()}>
        {make.isPending ? t.makingReport : t.makeReport}
      </Button>
    </div>
  );
}
