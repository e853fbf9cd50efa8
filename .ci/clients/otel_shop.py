"""A job with the OpenTelemetry SDK in it: otel_shop.py URL KEY. Logs what fails, by protobuf, and ends."""

import logging
import sys
import warnings

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

URL, KEY = sys.argv[1:]
HEADERS = {"authorization": f"Bearer {KEY}"}
resource = Resource.create(
    {
        "service.name": "importer",
        "service.version": "0.8.0",
        "service.instance.id": "importer-1",
        "deployment.environment.name": "production",
    }
)
loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=f"{URL}/v1/logs", headers=HEADERS)))
tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{URL}/v1/traces", headers=HEADERS)))
warnings.simplefilter("ignore", DeprecationWarning)
log = logging.getLogger("importer.rows")
log.setLevel(logging.INFO)
log.addHandler(LoggingHandler(level=logging.INFO, logger_provider=loggers))


class ImportFailed(Exception):
    pass


def read_price(row):
    return float(row["price"])


def import_row(row):
    try:
        return read_price(row)
    except ValueError as error:
        raise ImportFailed(f"row {row['id']} has no price") from error


def main():
    print("started", flush=True)
    with trace.get_tracer("importer", tracer_provider=tracers).start_as_current_span("import"):
        log.info("import began")
        try:
            import_row({"id": 12, "price": "free"})
        except ImportFailed:
            log.error("import stopped", exc_info=True)
    try:
        with trace.get_tracer("importer", tracer_provider=tracers).start_as_current_span(
            "GET /rows", kind=trace.SpanKind.SERVER, attributes={"http.request.method": "GET", "url.path": "/rows/13"}
        ):
            try:
                import_row({"id": 13, "price": ""})
            except ImportFailed:
                log.exception("row could not be shown")
                raise
    except ImportFailed:
        log.warning("row left out")


main()
loggers.shutdown()
tracers.shutdown()
print("sent", flush=True)
