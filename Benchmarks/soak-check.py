"""Looks at the results of Benchmarks/soak: PATHS RESULTS"""
import collections
import hashlib
import json
import sys
import urllib.parse

KEY = "soakSOAK0123456789"
HOST = "https://736f-soak-1-1250000000.tcb.qcloud.la"
# Of a file's own row, and of a call that did not pass however often it was made.
OWN = {"missing-in-answer", "-503001", "-503002", "-501009"}
LASTING = {"-1", "45011", "unreachable", "40001", "42001"}

paths = open(sys.argv[1], encoding="utf-8").read().splitlines()
rows = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
assert len(rows) == len(paths), f"{len(rows)} results for {len(paths)} files"
counts = collections.Counter()
for path, row in zip(paths, rows):
    assert row["path"] == path, f"{row['path']} in place of {path}"
    if row["status"] == "ok":
        encoded = "/" + urllib.parse.quote(path)
        url = urllib.parse.urlsplit(row["url"])
        query = urllib.parse.parse_qs(url.query)
        sign = hashlib.md5((KEY + encoded + query["t"][0]).encode()).hexdigest()
        assert row["url"].startswith(HOST + "/") and url.path == encoded, row
        assert query["sign"] == [sign], row
        counts["ok"] += 1
    else:
        assert row["status"] == "failed" and row["url"] is None, row
        assert row["code"] in OWN | LASTING, row
        counts[row["code"]] += 1
batches = (len(paths) + 49) // 50
calls = sum(row["attempts"] for row in rows) / 50
for name, count in counts.most_common():
    print(f"{count:8} {name}")
print(f"{calls:8.0f} calls for {batches} batches")
# A first call for each batch and at most as many repeats, with another token or for a part of the files too, and a hundred to begin
# with: what the budget on repeats allows, whatever happens. (A call for a part counts here by that part.)
assert calls <= 2 * batches + 100, "more calls than the budget allows"
lasting = sum(counts[code] for code in LASTING)
# A token that is stolen with every twentieth call, under all that are under way, costs some batches all their attempts.
assert lasting < len(paths) / 2, f"{lasting} files failed of what passes"
