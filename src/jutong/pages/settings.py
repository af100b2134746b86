"""Settings of the pages: what the site calls itself."""

import os
from dataclasses import dataclass
from functools import lru_cache

from jutong.kernel.settings import Settings, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesSettings(Settings):
    """The names that visitors see."""

    site_name: str = setting(
        "JUTONG_SITE_NAME",
        default="聚通公共数据平台",
        zh="站点的中文名称",
        en="The site's Chinese name",
    )
    site_name_en: str = setting(
        "JUTONG_SITE_NAME_EN",
        default="Jutong public data",
        zh="站点的英文名称",
        en="The site's English name",
    )
    site_owner: str = setting(
        "JUTONG_SITE_OWNER",
        default="市大数据局",
        zh="主办单位的中文名称",
        en="The Chinese name of the body that runs the site",
    )
    site_owner_en: str = setting(
        "JUTONG_SITE_OWNER_EN",
        default="The city's data bureau",
        zh="主办单位的英文名称",
        en="The English name of the body that runs the site",
    )
    contact: str = setting(
        "JUTONG_SITE_CONTACT",
        default="",
        zh="公开的联系电话或邮箱，空则不显示",
        en="The public telephone number or e-mail address; empty: none is shown",
    )


@lru_cache(maxsize=1)
def pages_settings() -> PagesSettings:
    """The settings of this process, read once from its environment."""
    return PagesSettings.read(os.environ)
