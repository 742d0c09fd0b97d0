"""The catalogues of translations."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.ui import catalogues


def complaints_about(
    translation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What is wrong with a catalogue that translates one placeholder sentence so."""
    po = tmp_path / "django.po"
    po.write_text(
        catalogues.HEADER.format(app="merchants")
        + f'msgid "%(store)s waits."\nmsgstr "{translation}"\n',
        "utf-8",
    )
    source = tmp_path / "verbs.py"
    source.write_text('_("%(store)s waits.")\n', "utf-8")
    monkeypatch.setattr(catalogues, "po_path", lambda app: po)
    monkeypatch.setattr(catalogues, "_sources", lambda app: [source])
    return [one.problem for one in catalogues.complaints("merchants")]


@pytest.mark.parametrize(
    ("translation", "problems"),
    [
        ("%(store)s 等待中。", []),
        ("", ["has no Chinese translation"]),
        ("%(shop)s 等待中。", ["has other placeholders in Chinese"]),
    ],
)
def test_a_translation_is_there_and_keeps_its_placeholders(
    translation: str, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complaints_about(translation, tmp_path, monkeypatch) == problems


def test_templates_and_code_are_both_read() -> None:
    found = catalogues.found("portal/ui")
    assert "Skip to the content" in found
    assert "Simplified Chinese" in found


def test_an_unknown_app_is_named() -> None:
    with pytest.raises(CommandError, match="No such app: nowhere") as refused:
        call_command("translations", "nowhere", stdout=StringIO())
    assert refused.value.returncode == 2


def test_no_two_apps_say_the_same_message_differently() -> None:
    assert not list(catalogues.disagreements())


def test_what_libraries_say_on_our_pages_is_said_in_our_own_chinese() -> None:
    assert "This field is required." in catalogues.found("portal/ui")
    assert "Incorrect code." in catalogues.found("portal/accounts")


def test_a_page_of_a_library_that_we_have_written_anew_is_no_longer_read_from_it() -> None:
    """`account/email/base_message.txt` greets with the host's name there, and is ours here."""
    assert "Hello from %(site_name)s!" not in catalogues.found("portal/accounts")


# Words that were two for one thing, with the one that stayed.
WORDS = {
    "隔离": "异常行", "归功": "归因", "公司": "企业 or 主体信息", "平台方": "站外平台",
    "拒绝": "驳回", "平台店铺": "站外店铺", "登记店铺": "绑定店铺", "计入 GMV": "归因 GMV",
    "帐": "账", "登出": "退出登录", "电子邮件": "邮箱",
    "营销活动": "推广项目", r"推广(?!项目|链接)": "加热", "扶持金|资助": "补贴", "基金": "资金池",
    r"(?<!达人)(?<!服务商)费用|花费": "成本", "代理商": "服务商", "电商平台": "站外平台",
    "初签|复签|签署|签字": "复核", "你": "您", "贵司|贵公司": "本商家",
    "投放系统": "投放服务器", "展现": "曝光", "释放": "解冻 or 取消领取",
    "中小(商家|企业)|小企业": "小商家", "大型?企业": "大商家", "驳回原因": "审核原因",
}  # fmt: skip
# What has one word where money is spent, and may have another one elsewhere.
WORDS_OF_MONEY = {"停止": "终止", "活动": "推广项目", "已预留": "已冻结"}


@pytest.mark.parametrize("gone", WORDS)
def test_one_thing_has_one_word(gone: str) -> None:
    assert not _said(gone, catalogues.APPS), f"say {WORDS[gone]}"


@pytest.mark.parametrize("gone", WORDS_OF_MONEY)
def test_one_thing_that_costs_has_one_word(gone: str) -> None:
    assert not _said(gone, ["campaigns"]), f"say {WORDS_OF_MONEY[gone]}"


# What a message is about in English, and the Chinese word that it then has.
BOUND = {"campaign": "推广项目", "programme": "合作计划"}


@pytest.mark.parametrize("thing", BOUND)
def test_what_is_about_a_thing_says_its_word(thing: str) -> None:
    about = [
        text
        for app in catalogues.APPS
        for message in catalogues.kept(app)
        if message.id and re.search(rf"(?<!\()\b{thing}s?\b", str(message.id), re.IGNORECASE)
        for text in catalogues.texts(message.string)
    ]
    assert about
    assert not [text for text in about if BOUND[thing] not in text]


def _said(pattern: str, apps: list[str]) -> list[str]:
    """The Chinese texts of the apps that have something of the pattern."""
    return [text for app in apps for text in _chinese(app) if re.search(pattern, text)]


def _chinese(app: str) -> list[str]:
    return [text for message in catalogues.kept(app) for text in catalogues.texts(message.string)]
