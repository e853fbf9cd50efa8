/** Guardian's own API, as any program calls it. */
export async function post(
  guardian: { url: string; key: string },
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await fetch(`${guardian.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${guardian.key}` },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}
