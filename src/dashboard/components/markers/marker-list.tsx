import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { useFormats, useMessages } from '../../language.tsx';
import { ScrollBox } from '../scroll-box.tsx';
import { type ChartMarker, MARKER_SIGNS } from './chart-marker.ts';

interface MarkerListProps {
  id: string;
  markers: readonly ChartMarker[];
  isFailed: boolean;
  /** So many stand open; more are one click away. */
  open: number;
}

/** The lines of a chart in words, each with its way to what it stands for. The chart names this as its description. */
export function MarkerList({ id, markers, isFailed, open }: MarkerListProps) {
  const { markers: t } = useMessages();
  if (isFailed && markers.length === 0)
    return (
      <p id={id} className="text-xs text-warn">
        {t.failed}
      </p>
    );
  if (markers.length === 0) return null;
  const list = (
    <ul className="flex flex-col gap-0.5">
      {markers.map((marker, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may be of one instant and one name
        <Item key={index} marker={marker} />
      ))}
    </ul>
  );
  return (
    <div id={id} className="mt-1 text-xs text-muted">
      {markers.length <= open ? (
        list
      ) : (
        <details>
          <summary className="cursor-pointer">{t.summary(markers.length)}</summary>
          <ScrollBox label={t.title} className="mt-1 max-h-40">
            {list}
          </ScrollBox>
        </details>
      )}
    </div>
  );
}

function Item({ marker }: { marker: ChartMarker }) {
  const { markers: t, shared } = useMessages();
  const formats = useFormats();
  const { at, kind, label, service, href } = marker;
  return (
    <li className="wrap-anywhere">
      <span aria-hidden="true" className="mr-1 inline-block w-5 text-center">
        {MARKER_SIGNS[kind]}
      </span>
      <time dateTime={new Date(at).toISOString()}>{formats.exact(at)}</time>
      {shared.colon} {t.kind[kind]} {service !== null && `· ${service} `}·{' '}
      {href === null ? <span className="font-mono">{label}</span> : <MarkerLink href={href}>{label}</MarkerLink>}
    </li>
  );
}

/** To a page of these screens without loading them anew; elsewhere like any other link. */
function MarkerLink({ href, children }: { href: string; children: string }) {
  const router = useRouter();
  const url = URL.canParse(href, location.origin) ? new URL(href, location.origin) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return <span className="font-mono">{children}</span>;
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || url.origin !== location.origin) return;
    event.preventDefault();
    router.history.push(`${url.pathname}${url.search}${url.hash}`);
  };
  return (
    <a href={url.href} onClick={go} className="font-mono text-info underline">
      {children}
    </a>
  );
}
