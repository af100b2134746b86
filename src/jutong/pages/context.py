"""What every template knows: the language, the site's names and the main navigation."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from jutong import __version__
from jutong.kernel.errors import Language
from jutong.pages.settings import pages_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NavLink:
    """An entry of a navigation; `current` marks where the reader is."""

    text: str
    href: str
    current: bool = False


def error_language() -> Language:
    """The language of this request, as errors and terms name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    english = error_language() == "en"
    settings = pages_settings()
    return {
        "language": error_language(),
        "html_lang": "en" if english else "zh-CN",
        "platform_name": settings.site_name_en if english else settings.site_name,
        "platform_owner": settings.site_owner_en if english else settings.site_owner,
        "platform_contact": settings.contact,
        "platform_version": __version__,
        "main_nav": main_navigation(request),
    }


def main_navigation(request: HttpRequest) -> tuple[NavLink, ...]:
    """The links at the top of every page; the workbench is there for those who are signed in."""
    wanted = [
        (gettext("首页"), "portal:home"),
        (gettext("数据集"), "portal:datasets"),
        (gettext("开放统计"), "portal:statistics"),
        (gettext("使用说明"), "portal:about"),
    ]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        wanted.append((gettext("工作台"), "desk:home"))
    links = []
    for text, name in wanted:
        try:
            href = reverse(name)
        except NoReverseMatch:  # a site may run without the workbench
            continue
        current = request.path == href or (href != "/" and request.path.startswith(href))
        links.append(NavLink(text=text, href=href, current=current))
    return tuple(links)
