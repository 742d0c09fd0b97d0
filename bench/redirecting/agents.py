"""What the phones, tablets and computers of readers call themselves, and some machines."""

from itertools import product

import crawleruseragents

_PHONES = (
    "Linux; Android 14; PHK110", "Linux; Android 13; M2102J2SC", "Linux; Android 12; HMA-AL00",
    "Linux; Android 10; VOG-AL10", "Linux; Android 15; 24031PN0DC", "Linux; Android 13; CUBOT 20",
    "Linux; Android 14; SM-S9280", "Linux; Android 11; V2055A", "Linux; Android 9; BLA-AL00",
)  # fmt: skip
_SYSTEMS = ("16_7", "17_5_1", "18_0", "18_3_2", "26_1")
_APPS = (
    "", " MicroMessenger/8.0.{n}(0x18002f2c) NetType/WIFI Language/zh_CN", " discover/8.{n}.0",
    " Weibo (iPhone12,1__weibo__13.{n}.0)", " QQ/9.0.{n}.561", " DingTalk/7.{n}.0",
)  # fmt: skip
_DESKTOPS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{n}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.{n} Safari/605.1.15",
)
_VERSIONS = range(40, 46)


def agents(count: int) -> list[str]:
    """`count` names, one in twenty a machine's."""
    readers = [
        f"Mozilla/5.0 ({phone}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1{n}.0.0.0 Mobile"
        f" Safari/537.36{app.format(n=n)}"
        for phone, app, n in product(_PHONES, _APPS, _VERSIONS)
    ]
    readers += [
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {system} like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
        f" like Gecko) Mobile/15E148{app.format(n=n)}"
        for system, app, n in product(_SYSTEMS, _APPS, _VERSIONS)
    ]
    readers += [desktop.format(n=n) for desktop, n in product(_DESKTOPS, _VERSIONS)]
    machines = [row["instances"][0] for row in crawleruseragents.CRAWLER_USER_AGENTS_DATA
                if row["instances"]]  # fmt: skip
    few = count // 20
    return [*readers[: count - few], *machines[:few]]
