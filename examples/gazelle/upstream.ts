import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Records of the piano business that the jobs copy, made up and always the same for one day. */
export interface UpstreamData {
  clients: { id: number; name: string }[];
  contacts: { id: number; client: number; email: string }[];
  pianos: { id: number; client: number; make: string; place: string }[];
  timeline: { id: number; piano: number; at: string; note: string }[];
  appointments: { id: number; piano: number; at: string; technician: string; isConfirmed: boolean }[];
  humidity: { piano: number; at: string; percent: number | null }[];
}

export type Collection = keyof UpstreamData;

const PAGE = 100;
const MAKES = ['Bösendorfer', 'Fazioli', 'Steinway', 'Yamaha', 'Heintzman'];
const PLACES = ['Salle Claude-Champagne', 'Maison symphonique', 'Domaine Forget', 'Salle Bourgie'];

/** More rows than one page of anything holds: what stops at the first page is wrong by numbers. */
export function makeData(now: number): UpstreamData {
  const at = (days: number, hour: number) =>
    new Date(Math.floor(now / 86_400_000) * 86_400_000 + days * 86_400_000 + hour * 3_600_000).toISOString();
  const list = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  return {
    clients: list(120, (index) => ({ id: index + 1, name: `Client ${index + 1}` })),
    contacts: list(250, (index) => ({
      id: index + 1,
      client: (index % 120) + 1,
      email: `contact${index + 1}@piano.example`,
    })),
    pianos: list(310, (index) => ({
      id: index + 1,
      client: (index % 120) + 1,
      make: MAKES[index % MAKES.length]!,
      place: PLACES[index % PLACES.length]!,
    })),
    timeline: list(1_874, (index) => ({
      id: index + 1,
      piano: (index % 310) + 1,
      at: at(-(index % 400), 14),
      note: index % 50 === 0 ? 'Corde cassée au ré4, remplacée.' : 'Accord complet.',
    })),
    appointments: list(40, (index) => ({
      id: index + 1,
      piano: index + 1,
      at: at(1 + (index % 5), 14 + (index % 6)),
      technician: index % 2 === 0 ? 'nicolas' : 'allan',
      isConfirmed: index % 10 !== 0,
    })),
    humidity: list(12, (index) => ({
      piano: index + 1,
      at: new Date(now).toISOString(),
      percent: HUMIDITY[index % HUMIDITY.length]!,
    })),
  };
}

/** One too dry, gravely; one too humid; one that could not be read. */
const HUMIDITY = [45, 48, 28.5, 51, 73, null, 44, 46, 47, 50, 42, 49];

export interface Upstream {
  url: string;
  data: UpstreamData;
  /** The next `times` requests for that collection are answered with `status`. */
  fail(collection: Collection, status: number, times: number): void;
  requests: string[];
  stop(): Promise<void>;
}

/** The service that the jobs copy from, on a free port of this machine. `GET /<collection>?page=N` → `{items, total, next}`. */
export async function startUpstream(data: UpstreamData): Promise<Upstream> {
  const failures = new Map<string, { status: number; times: number }>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://upstream');
    const name = url.pathname.slice(1);
    requests.push(`${name}?${url.searchParams}`);
    const failure = failures.get(name);
    if (failure && failure.times-- > 0) {
      response
        .writeHead(failure.status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: `${name} is not available` }));
      return;
    }
    const rows = Object.hasOwn(data, name) ? data[name as Collection] : null;
    if (!rows) {
      response.writeHead(404).end();
      return;
    }
    const page = Number(url.searchParams.get('page') ?? 1);
    const items = rows.slice((page - 1) * PAGE, page * PAGE);
    const next = page * PAGE < rows.length ? page + 1 : null;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ items, total: rows.length, next }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    data,
    fail: (collection, status, times) => void failures.set(collection, { status, times }),
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
