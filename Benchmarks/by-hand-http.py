# The loop that people write: a csv, 50 files a call over HTTP, one JSON object a line. Eight calls at once.
#   python3 by-hand-http.py ADDRESS IN.csv OUT.ndjson
import csv
import http.client
import itertools
import json
import sys
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

address = urllib.parse.urlparse(sys.argv[1])
local = threading.local()


def call(path, body):
    if not hasattr(local, "connection"):
        local.connection = http.client.HTTPConnection(address.hostname, address.port)
    local.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    return json.loads(local.connection.getresponse().read())


token = call(
    "/cgi-bin/stable_token",
    {"grant_type": "client_credential", "appid": "wx-bench", "secret": "bench"},
)["access_token"]


def lifetime(path):
    return 600 if path.startswith("private/") else 3600 if path.startswith("tmp/") else 7200


def links(paths):
    files = [
        {"fileid": "cloud://test2-4a89da.7465-test2-4a89da/" + path, "max_age": lifetime(path)}
        for path in paths
    ]
    answer = call(
        "/tcb/batchdownloadfile?access_token=" + token, {"env": "test2-4a89da", "file_list": files}
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in answer["file_list"])


with open(sys.argv[2], newline="") as source, open(sys.argv[3], "w") as target:
    paths = (row["image"] for row in csv.DictReader(source))
    with ThreadPoolExecutor(8) as pool:
        while True:
            calls = [list(itertools.islice(paths, 50)) for _ in range(64)]
            calls = [batch for batch in calls if batch]
            if not calls:
                break
            target.writelines(pool.map(links, calls))
