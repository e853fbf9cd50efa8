import { createMiddleware } from 'hono/factory';
import { type Messages, messagesFor, type PeopleLanguage, toPeopleLanguage } from '../../core/shared/index.ts';
import type { AppContext, AppEnv, Services } from '../app-env.ts';
import { createAddressList } from '../named-proxies.ts';

/** Where a request comes from and how it reached us, as far as it can be believed. */
export interface RequestOrigin {
  /** Null when there is no socket. */
  clientAddress: string | null;
  isSecure: boolean;
  /** Name and port, lower case, as the client wrote them. */
  host: string;
  /** A proxy has passed it on, trusted or not. */
  isForwarded: boolean;
}

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export const requestOrigin = (services: Services) => {
  const { trustedProxies, protection } = services.knobs;
  const isNamed = createAddressList(protection.proxies);
  return createMiddleware<AppEnv>(async (context, next) => {
    const { language, messages } = readerOf(context.req.header('accept-language'), services.language);
    context.set('services', services);
    context.set('language', language);
    context.set('messages', messages);
    context.set('origin', originOf(context, { trustedProxies, isNamed }));
    await next();
  });
};

interface Trusted {
  /** How many proxies are in front, whatever their addresses. */
  trustedProxies: number;
  isNamed(address: string | null | undefined): boolean;
}

function originOf(context: AppContext, { trustedProxies, isNamed }: Trusted): RequestOrigin {
  const header = (name: string) => context.req.header(name);
  const socket = context.env?.incoming?.socket;
  const isFromNamed = isNamed(socket?.remoteAddress);
  const isTrusted = trustedProxies > 0 || isFromNamed;
  const hops = (header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  // Each proxy adds who asked it: the last that is none of ours is the client, whatever stands before it.
  const named = isFromNamed ? (hops.findLast((hop) => !isNamed(hop)) ?? hops[0]) : undefined;
  const forwarded = named || (trustedProxies > 0 ? hops.at(-trustedProxies) || hops[0] : undefined);
  const protocol = isTrusted ? header('x-forwarded-proto')?.split(',')[0]?.trim() : undefined;
  return {
    clientAddress: forwarded || socket?.remoteAddress || null,
    isSecure: protocol === 'https' || new URL(context.req.url).protocol === 'https:',
    host: ((isTrusted && header('x-forwarded-host')) || header('host') || new URL(context.req.url).host).toLowerCase(),
    isForwarded: PROXY_HEADERS.some((name) => header(name) !== undefined),
  };
}

/** The first offered language of `Accept-Language`, in the order of its weights. */
function readerOf(
  header: string | undefined,
  fallback: PeopleLanguage,
): { language: PeopleLanguage; messages: Messages } {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const weight = Number(
        parameters
          .find((parameter) => parameter.trim().startsWith('q='))
          ?.trim()
          .slice(2) ?? 1,
      );
      return { language: toPeopleLanguage(tag), weight: Number.isFinite(weight) ? weight : 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const language = wanted.find((one) => one.language !== null)?.language ?? fallback;
  return { language, messages: messagesFor(language) };
}
