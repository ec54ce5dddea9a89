"""Sends what is meant for the interface to another address, which is all that clients without a setting for it need changed."""
import requests

INTERFACE = "https://api.weixin.qq.com"


def point_to(address):
    send = requests.adapters.HTTPAdapter.send

    def elsewhere(self, request, **options):
        if request.url.startswith(INTERFACE):
            request.url = address + request.url[len(INTERFACE):]
        return send(self, request, **options)

    requests.adapters.HTTPAdapter.send = elsewhere
