"""WeRoBot's client: ADDRESS"""
import sys

from base_address import point_to

point_to(sys.argv[1])

from werobot.client import Client, ClientException

client = Client({"APP_ID": "wx-interop", "APP_SECRET": "secret-of-interop"})
assert client.token and client.token == client.token
answer = client.post(
    url="https://api.weixin.qq.com/tcb/batchdownloadfile", params={"access_token": client.token},
    data={
        "env": "test2-4a89da",
        "file_list": [{"fileid": "cloud://test2-4a89da.7465-test2-4a89da/图/说明.txt", "max_age": 60}],
    })
assert answer["file_list"][0]["status"] == 0, answer
try:
    Client({"APP_ID": "wx-interop", "APP_SECRET": "wrong"}).grant_token()
    raise AssertionError("a wrong secret was taken")
except ClientException as error:
    assert "40125" in str(error), error
