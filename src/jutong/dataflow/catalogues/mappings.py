"""Words of other catalogues and ours: update cycles, themes, formats. What is missing here is a finding on our side."""

import re
from collections.abc import Mapping
from typing import Final

from jutong.vocabulary.catalogue import UpdateFrequency

F = UpdateFrequency
_CYCLES: Final[Mapping[UpdateFrequency, str]] = {
    F.REAL_TIME: (
        "UPDATE_CONT CONT continuous continual realtime streaming R/PT1S 1MIN 5MIN 10MIN 15MIN 30MIN "
        "HOURLY R/PT1H BIHOURLY TRIHOURLY 12HRS R/PT12H 实时 每小时"
    ),
    F.DAILY: "DAILY DAILY_2 R/P1D R/PT24H day 每日 每天 日 逐日 quotidien quotidienne",
    F.WEEKLY: (
        "WEEKLY WEEKLY_2 WEEKLY_3 WEEKLY_5 R/P1W R/P7D R/P3.5D R/P0.33W semiweekly threeTimesAWeek week 每周 周 "
        "hebdomadaire"
    ),
    F.MONTHLY: (
        "MONTHLY MONTHLY_2 MONTHLY_3 BIWEEKLY R/P1M R/P0.5M R/P2W R/P0.33M semimonthly fortnightly month 每月 月 mensuel"
    ),
    F.QUARTERLY: "QUARTERLY BIMONTHLY R/P3M R/P2M R/P4M ANNUAL_3 quarter 每季度 每季 季 trimestriel",
    F.HALF_YEARLY: "ANNUAL_2 R/P6M semiannual biannually halfyearly 每半年 半年 semestriel",
    F.YEARLY: (
        "ANNUAL annually yearly R/P1Y R/P12M R/P365D BIENNIAL TRIENNIAL QUADRENNIAL QUINQUENNIAL DECENNIAL R/P2Y R/P3Y "
        "R/P4Y R/P5Y R/P10Y year 每年 年 annuel"
    ),
    F.IRREGULAR: ("IRREG irregular AS_NEEDED notPlanned unknown OTHER punctual adhoc 不定期 ponctuel"),
    F.NEVER: "NEVER NOT_PLANNED none static oneoff 不更新 一次性 jamais",
}
_SQUEEZED: Final = re.compile(r"[\s_\-]+")


def _key(text: str) -> str:
    return _SQUEEZED.sub("", text.strip().lower())


_FREQUENCIES: Final = {_key(name): cycle for cycle, names in _CYCLES.items() for name in names.split()}

# EU data theme → what other catalogues call it, in English, Chinese and French.
_THEME_NAMES: Final[Mapping[str, str]] = {
    "AGRI": "agriculture, fisheries, forestry and food|agriculture|farming|food|农业农村|农业|三农|渔业|林业",
    "ECON": (
        "economy and finance|economy|finance|business|budget|acquisition|contracting|procurement|economie|经济|财税金融|财政|"
        "市场监管|市场监督|商务|金融|税务|工业|信用服务|consumer|banking"
    ),
    "EDUC": "education, culture and sport|education|culture|sport|training|教育文化|教育|文化|文化休闲|科教文化|体育|旅游",
    "ENER": "energy|能源|能源安全|energy & environment",
    "ENVI": "environment|climate|ecosystems|geospatial|environnement|资源环境|生态环保|生态环境|环境|气象|地理空间|生态文明",
    "GOVE": (
        "government and public sector|government|public sector|local government|it initiatives|information technology|"
        "advisory committee|公共服务|机构团体|政务服务|政府机构|组织机构"
    ),
    "HEAL": "health|healthcare|public health|santé|卫生健康|医疗卫生|卫生|健康|健康保障|食品药品安全",
    "INTR": "international issues|international|countries|外事",
    "JUST": (
        "justice, legal system and public safety|justice|"
        "public safety|law|公共安全|司法|安全生产|应急维稳|法律服务|社会治安"
    ),
    "REGI": "regions and cities|cities|real estate|housing|states|城建住房|城乡建设|住房|不动产|规划|城市建设",
    "SOCI": (
        "population and society|population|society|people|"
        "employment|社保就业|社会保障|民政服务|人口|社区治理|社会救助|民生服务"
    ),
    "TECH": (
        "science and technology|science|technology|engineering & technology|research|telecommunications|"
        "telecommunications services|wireline|wireless|科技|科技创新|通信"
    ),
    "TRAN": "transport|transportation|travel|travel and transportation|mobility|交通运输|交通|道路交通|运输",
}
_THEMES: Final = {_key(name): code for code, names in _THEME_NAMES.items() for name in names.split("|")}

_FORMATS: Final[Mapping[str, str]] = {
    "csv": "csv text/csv text/comma-separated-values",
    "json": "json application/json application/vnd.api+json",
    "geojson": "geojson application/geo+json application/vnd.geo+json",
    "xlsx": "xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet excel",
    "xls": "xls application/vnd.ms-excel application/excel application/msexcel",
    "xml": (
        "xml application/xml text/xml rdf application/rdf+xml rdf_xml rdf/xml "
        "atom rss kml application/vnd.google-earth.kml+xml wfs wms gml"
    ),
    "html": "html htm text/html web page website html_simpl xhtml",
    "pdf": "pdf application/pdf",
    "txt": "txt text/plain text ascii tsv text/tab-separated-values zip application/zip application/x-zip-compressed 7z gz",
    "docx": "docx application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "doc application/msword word",
    "pptx": "pptx application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "shp": "shp shapefile shape esri_shape application/x-shapefile application/vnd.shp esri",
    "access": "access mdb accdb application/vnd.ms-access application/msaccess application/x-msaccess",
    "REST": "rest api api/query webservice web_service service esri_rest arcgis odata sparql",
    "jpg": "jpg jpeg image/jpeg",
    "png": "png image/png",
    "gif": "gif image/gif",
    "parquet": "parquet application/vnd.apache.parquet",
    "dbf": "dbf application/vnd.dbf application/dbase",
}
_FORMAT_NAMES: Final = {_key(name): ours for ours, names in _FORMATS.items() for name in names.split()}
_LAST: Final = re.compile(r"[/#]")


def _last_part(text: str) -> str:
    """The end of an address such as …/authority/frequency/DAILY; any other text as it is."""
    return _LAST.split(text.rstrip("/#"))[-1] if text.startswith(("http://", "https://")) else text


def frequency_named(text: str) -> UpdateFrequency | None:
    return _FREQUENCIES.get(_key(_last_part(text)))


def theme_named(text: str) -> str:
    """Code of the EU data theme; "" where none of ours stands for it."""
    last = _last_part(text)
    if last.upper() in _THEME_NAMES:
        return last.upper()
    return _THEMES.get(_key(last), "")


def format_named(text: str) -> str:
    """Our name of a format; "" where we have none."""
    plain = text.split(";", 1)[0].strip().lstrip(".")
    if "media-types/" in plain:
        plain = plain.partition("media-types/")[2]
    elif plain.startswith(("http://", "https://")):
        plain = _last_part(plain)
    return _FORMAT_NAMES.get(_key(plain), "")
