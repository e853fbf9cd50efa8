const GENERATED =
  /(?:^|\/)(?:generated|__generated__|generated-sources|gen-src)\/|\.pb\.(?:go|cc|h)$|_pb2(?:_grpc)?\.py$|\.g\.(?:dart|cs)$|\.freezed\.dart$|\.designer\.cs$|\.min\.[cm]?js$|_generated\.\w+$|\.generated\.\w+$/i;

/** Tells whether a path names code that a tool wrote: nobody fixes a fault there. */
export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}
