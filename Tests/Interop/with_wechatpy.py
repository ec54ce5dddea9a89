"""wechatpy, for an app and for a third-party platform: ADDRESS"""
import sys

from base_address import point_to

point_to(sys.argv[1])

from wechatpy import WeChatClient, WeChatComponent
from wechatpy.exceptions import WeChatClientException

client = WeChatClient("wx-interop", "secret-of-interop")
assert client.access_token and client.access_token == client.access_token
files = client.cloud.download_files(
    "test2-4a89da", [{"fileid": "cloud://test2-4a89da.7465-test2-4a89da/digits.txt", "max_age": 60}])
assert [row["status"] for row in files] == [0], files

try:
    WeChatClient("wx-interop", "wrong").fetch_access_token()
    raise AssertionError("a wrong secret was taken")
except WeChatClientException as error:
    assert error.errcode == 40125, error

# The platform, and a merchant by it, whose refresh token is another one each time.
component = WeChatComponent("wx-platform", "secret-of-platform", "any-token", "0" * 43)
component.session.set("component_verify_ticket", "ticket-of-today")
assert component.access_token
first = component.refresh_authorizer_token("wx-merchant", sys.argv[2])
second = component.refresh_authorizer_token("wx-merchant", first["authorizer_refresh_token"])
assert second["authorizer_access_token"] != first["authorizer_access_token"]
try:
    component.refresh_authorizer_token("wx-merchant", first["authorizer_refresh_token"])
    raise AssertionError("a refresh token was taken twice")
except WeChatClientException as error:
    assert error.errcode == 61023, error
merchant = WeChatClient("wx-merchant", "", access_token=second["authorizer_access_token"])
files = merchant.cloud.download_files("store-1", [{"fileid": "cloud://store-1.7374-store-1/a.png", "max_age": 60}])
assert files[0]["download_url"] == sys.argv[1] + "/files/store-1/a.png", files
