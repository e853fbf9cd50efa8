"""Sends usage records to Guardian with Python's standard library: GUARDIAN_URL=… GUARDIAN_KEY=… python3 usage.py"""
import json, os, time, urllib.error, urllib.request, uuid

URL = os.environ.get("GUARDIAN_URL", "http://127.0.0.1:4400")
KEY = os.environ["GUARDIAN_KEY"]
SENDER = str(uuid.uuid4())  # new at every start: with `sequence`, a lost record shows
sequence = 0


def uuid7():
    value = (time.time_ns() // 1_000_000) << 80 | uuid.uuid4().int & ((1 << 80) - 1)
    return str(uuid.UUID(int=value & ~(0xF << 76) | 7 << 76 & ~(3 << 62) & ((1 << 128) - 1) | 2 << 62))


def record(kind, user, **fields):
    global sequence
    sequence += 1
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
    return {"kind": kind, "id": uuid7(), "time": stamp, "service": "shop-python",
            "sender": SENDER, "sequence": sequence, "user": user, **fields}


def send(records):
    body = "".join(json.dumps(each) + "\n" for each in records).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-ndjson"}
    request = urllib.request.Request(f"{URL}/api/usage", data=body, headers=headers, method="POST")
    try:
        return json.load(urllib.request.urlopen(request, timeout=10))
    except urllib.error.HTTPError as refused:
        if refused.code != 400: raise
        return json.load(refused)  # not one record was right: the reason for each


if __name__ == "__main__":
    print(json.dumps(send([record("login", "ann@example.com", userAgent="Python"),
        record("request", "ann@example.com", method="POST", endpoint="/api/threads", feature="thread_create",
               group="threads", status=201, durationMs=12, userAgent="Python"),
        record("request", None, method="GET", endpoint="(unmatched)", feature="(unmatched)", status=404, durationMs=1),
    ])))
