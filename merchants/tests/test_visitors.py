"""Who is a reader and who is a machine, by what they call themselves."""

import crawleruseragents
import pytest
from django.test import RequestFactory

from merchants.links.visitors import follows, is_machine

ANDROID = "Mozilla/5.0 (Linux; Android 13; {}) AppleWebKit/537.36 Chrome/118.0.0.0 Mobile Safari"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 Mobile {}"

READERS = [
    ANDROID.format("CUBOT NOTE 20"),
    ANDROID.format("CUBOT_X18_Plus Build/PPR1"),
    ANDROID.format("CUBOT/KINGKONG"),
    ANDROID.format("Robot 5"),
    ANDROID.format("Spider X; wv"),
    ANDROID.format("SM-G998B; wv") + " MicroMessenger/8.0.37 WeChat/arm64 NetType/5G",
    ANDROID.format("HUAWEI") + " MQQBrowser/6.2 TBS/045 QQ/8.9 baiduboxapp/13",
    ANDROID.format("PCLM50") + " AliApp(TB/9.9)",
    IPHONE.format("MicroMessenger/8.0.38(0x18002629) NetType/WIFI Language/zh_CN"),
    IPHONE.format("Weibo (iPhone12,1__weibo__12.3.0__iphone__os15.1)"),
    IPHONE.format("discover/8.10 xhsdiscover"),
    "discover/8.1 (iPhone; iOS 17.0; Scale/3.00) Resolution/1170*2532 Version/8.1",
    "UCWEB/2.0 (MIDP-2.0; U; zh-CN; Nokia) U2/1.0.0 UCBrowser/9.4",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari Edg/120",
]

MACHINES = [
    "",
    "Mozilla/5.0",
    "WhatsApp/2.23.20.0 A",
    "curl/8.5.0",
    "python-requests/2.32",
    "Python/3.11 aiohttp/3.8",
    "Go-http-client/1.1",
    "okhttp/4.9.3",
    "Java/17.0.1",
    "libwww-perl/6.72",
    "Apache-HttpClient/4.5 (Java/17)",
    "PostmanRuntime/7.36",
    "Dalvik/2.1.0 (Linux; U; Android 9; SM-G998B)",
    "Reader/1.0 CFNetwork/1408 Darwin/22",
    "GoogleOther",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Bytespider; https://zhanzhang.toutiao.com/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/118.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; WeChat link preview)",
    "Lark-Url-Preview (x)",
    "Mozilla/5.0 (compatible; acmebot; x)",
    ANDROID.format("Nexus 5X") + " (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
]


@pytest.mark.parametrize("agent", READERS)
def test_people_are_readers_whatever_their_phone_is_called(agent: str) -> None:
    assert not is_machine(agent)


@pytest.mark.parametrize("agent", MACHINES)
def test_programs_are_machines(agent: str) -> None:
    assert is_machine(agent)


def test_every_machine_of_the_kept_list_is_known() -> None:
    kept = [one for row in crawleruseragents.CRAWLER_USER_AGENTS_DATA for one in row["instances"]]
    assert len(kept) > 1000
    assert [one for one in kept if not is_machine(one)] == []


LOOKS = [
    {"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"},
    {"x-purpose": "preview"},
]  # fmt: skip


@pytest.mark.parametrize("headers", LOOKS)
def test_a_look_ahead_follows_nothing(headers: dict[str, str]) -> None:
    assert not follows(RequestFactory().get("/l/x", headers=headers))


def test_only_get_follows() -> None:
    assert follows(RequestFactory().get("/l/x"))
    assert not follows(RequestFactory().head("/l/x"))
