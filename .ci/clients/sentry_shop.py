"""A shop with the Python SDK in it: sentry_shop.py wsgi|flask DSN. Listens; an order that fails is reported; SIGTERM ends it."""

import logging
import signal
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import sentry_sdk
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

KIND, DSN = sys.argv[1:]
log = logging.getLogger("shop.stock")
logging.basicConfig(level=logging.INFO)

sentry_sdk.init(dsn=DSN, release="pyshop@2.3.0", environment="production", server_name="web-py", traces_sample_rate=1.0)


class OrderFailed(Exception):
    pass


STOCK = {"tea": 3}


def stock_of(article):
    return STOCK[article]


def place_order(article):
    log.info("order for %s", article)
    sentry_sdk.set_user({"id": "customer-9"})
    sentry_sdk.set_tag("shelf", "north")
    try:
        return stock_of(article)
    except KeyError as error:
        raise OrderFailed(f"order for {article} failed") from error


def count_stock(article):
    try:
        return 100 / (stock_of(article) - 3)
    except ZeroDivisionError:
        log.exception("stock of %s could not be counted", article)
    return 0


def look_at_shelf(shelf):
    log.error("shelf %s is empty", shelf)


def wsgi_app():
    def app(environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/orders/"):
            place_order(path.removeprefix("/orders/"))
        elif path.startswith("/shelves/"):
            look_at_shelf(path.removeprefix("/shelves/"))
        else:
            count_stock("tea")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    return SentryWsgiMiddleware(app)


def flask_app():
    from flask import Flask

    app = Flask("pyshop")

    @app.post("/orders/<article>")
    def order(article):
        place_order(article)
        return "ok"

    @app.get("/stock")
    def stock():
        count_stock("tea")
        return "ok"

    @app.get("/shelves/<shelf>")
    def shelf(shelf):
        look_at_shelf(shelf)
        return "ok"

    return app


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", 0, wsgi_app() if KIND == "wsgi" else flask_app(), handler_class=QuietHandler)
# Raised in the middle of a request, an exit would be taken for its failure; so the loop is asked to end.
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
