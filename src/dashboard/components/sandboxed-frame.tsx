/**
 * HTML that holds text from events: in a frame without scripts, forms or this page's origin. Given as text, for no page of this server may
 * be framed. Its height is fixed, for nothing inside can tell its own.
 */
export function SandboxedFrame({ title, html }: { title: string; html: string }) {
  return (
    <iframe
      title={title}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={html}
      className="h-[75dvh] w-full rounded-lg border border-line bg-card"
    />
  );
}
