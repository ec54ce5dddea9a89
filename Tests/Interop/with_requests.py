"""The interface by the loop that people write with requests: ADDRESS"""
import sys

import requests

address = sys.argv[1]


def post(path, body, **query):
    answer = requests.post(address + path, params=query, json=body, timeout=10)
    assert answer.status_code == 200, answer
    assert answer.headers["Content-Type"].startswith("application/json"), answer.headers
    return answer.json()


grant = {"grant_type": "client_credential", "appid": "wx-interop", "secret": "secret-of-interop"}
token = post("/cgi-bin/stable_token", grant)["access_token"]
assert post("/cgi-bin/stable_token", dict(grant, secret="x"))["errcode"] == 40125
assert requests.get(address + "/cgi-bin/token", params=grant, timeout=10).json()["expires_in"] == 7200


def links(paths, token, env="test2-4a89da", bucket="7465-test2-4a89da", door="/tcb"):
    files = [{"fileid": f"cloud://{env}.{bucket}/{path}", "max_age": 60} for path in paths]
    return post(door + "/batchdownloadfile", {"env": env, "file_list": files}, access_token=token)


answer = links(["digits.txt", "图/说明.txt", "nothing.txt"], token)
assert answer["errcode"] == 0 and answer["errmsg"] == "ok", answer
rows = {row["fileid"].rsplit("/", 1)[-1]: row for row in answer["file_list"]}
assert rows["nothing.txt"]["status"] == 1 and rows["nothing.txt"]["download_url"] == "", rows
got = requests.get(rows["说明.txt"]["download_url"], timeout=10)
assert got.status_code == 200 and got.text == "not empty", got
again = requests.get(rows["说明.txt"]["download_url"], headers={"If-None-Match": got.headers["ETag"]}, timeout=10)
assert again.status_code == 304, again

assert links(["x"] * 51, token)["errcode"] == -501007
assert links([], token)["errcode"] == 40097
assert links(["x"], token, env="other-1", bucket="6f74-other-1")["errcode"] == -501000
assert requests.post(address + "/tcb/batchdownloadfile", params={"access_token": token}, data="{", timeout=10).json()["errcode"] == 47001
assert requests.post(address + "/tcb/batchdownloadfile", params={"access_token": token}, timeout=10).json()["errcode"] == 44002
