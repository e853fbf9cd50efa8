import protobuf from 'protobufjs/light.js';

type Fields = Record<string, [number, string, 'repeated'?]>;

function message(fields: Fields) {
  const entries = Object.entries(fields).map(([name, [id, type, rule]]) => [
    name,
    { id, type, ...(rule ? { rule } : {}) },
  ]);
  return { fields: Object.fromEntries(entries) };
}

/** The messages of opentelemetry-proto 1.x that logs and traces use, for writing requests as an exporter does. */
const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      ...message({
        stringValue: [1, 'string'],
        boolValue: [2, 'bool'],
        intValue: [3, 'int64'],
        doubleValue: [4, 'double'],
        arrayValue: [5, 'ArrayValue'],
        kvlistValue: [6, 'KeyValueList'],
        bytesValue: [7, 'bytes'],
      }),
      oneofs: {
        value: {
          oneof: ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'arrayValue', 'kvlistValue', 'bytesValue'],
        },
      },
    },
    ArrayValue: message({ values: [1, 'AnyValue', 'repeated'] }),
    KeyValueList: message({ values: [1, 'KeyValue', 'repeated'] }),
    KeyValue: message({ key: [1, 'string'], value: [2, 'AnyValue'] }),
    Resource: message({ attributes: [1, 'KeyValue', 'repeated'], droppedAttributesCount: [2, 'uint32'] }),
    InstrumentationScope: message({
      name: [1, 'string'],
      version: [2, 'string'],
      attributes: [3, 'KeyValue', 'repeated'],
    }),
    LogRecord: message({
      timeUnixNano: [1, 'fixed64'],
      severityNumber: [2, 'int32'],
      severityText: [3, 'string'],
      body: [5, 'AnyValue'],
      attributes: [6, 'KeyValue', 'repeated'],
      droppedAttributesCount: [7, 'uint32'],
      flags: [8, 'fixed32'],
      traceId: [9, 'bytes'],
      spanId: [10, 'bytes'],
      observedTimeUnixNano: [11, 'fixed64'],
      eventName: [12, 'string'],
    }),
    ScopeLogs: message({
      scope: [1, 'InstrumentationScope'],
      logRecords: [2, 'LogRecord', 'repeated'],
      schemaUrl: [3, 'string'],
    }),
    ResourceLogs: message({
      resource: [1, 'Resource'],
      scopeLogs: [2, 'ScopeLogs', 'repeated'],
      schemaUrl: [3, 'string'],
    }),
    ExportLogsServiceRequest: message({ resourceLogs: [1, 'ResourceLogs', 'repeated'] }),
    Status: message({ message: [2, 'string'], code: [3, 'int32'] }),
    SpanEvent: message({
      timeUnixNano: [1, 'fixed64'],
      name: [2, 'string'],
      attributes: [3, 'KeyValue', 'repeated'],
      droppedAttributesCount: [4, 'uint32'],
    }),
    Link: message({ traceId: [1, 'bytes'], spanId: [2, 'bytes'] }),
    Span: message({
      traceId: [1, 'bytes'],
      spanId: [2, 'bytes'],
      traceState: [3, 'string'],
      parentSpanId: [4, 'bytes'],
      name: [5, 'string'],
      kind: [6, 'int32'],
      startTimeUnixNano: [7, 'fixed64'],
      endTimeUnixNano: [8, 'fixed64'],
      attributes: [9, 'KeyValue', 'repeated'],
      events: [11, 'SpanEvent', 'repeated'],
      links: [13, 'Link', 'repeated'],
      status: [15, 'Status'],
      flags: [16, 'fixed32'],
    }),
    ScopeSpans: message({ scope: [1, 'InstrumentationScope'], spans: [2, 'Span', 'repeated'] }),
    ResourceSpans: message({ resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans', 'repeated'] }),
    ExportTraceServiceRequest: message({ resourceSpans: [1, 'ResourceSpans', 'repeated'] }),
  },
});

/** A request given in the JSON encoding, in protobuf: ids turn from hex, all else as protobuf's JSON says. */
export function toProtobuf(json: string): Buffer {
  const request: unknown = JSON.parse(json, (key, value) =>
    (key === 'traceId' || key === 'spanId') && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
  );
  const isLogs = typeof request === 'object' && request !== null && 'resourceLogs' in request;
  const type = root.lookupType(isLogs ? 'ExportLogsServiceRequest' : 'ExportTraceServiceRequest');
  return Buffer.from(type.encode(type.fromObject(request as Record<string, unknown>)).finish());
}
