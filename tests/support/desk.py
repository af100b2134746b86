"""People at the workbench: a browser without scripts, signed in as one of the made-up city."""

import html
import re
from pathlib import Path

from django.contrib.auth import get_user_model
from django.test import Client

from tests.support.control import City

MARRIAGES = (
    "登记证号,公民身份号码,当事人姓名,登记日期\n"
    "J330106-2024-000001,11010519491231002X,张合成,2024-02-14\n"
    "J330106-2024-000002,440524198001010013,李合成,2024-05-20\n"
    "J330106-2024-000003,34052419800101001X,王合成,2024-13-41\n"
)


class Desk(Client):
    """A signed-in person; `text` is the last page as a reader sees it, entities resolved."""

    text: str = ""

    def request(self, **request):
        answer = super().request(**request)
        self.text = html.unescape(answer.content.decode()) if not answer.streaming else ""
        return answer

    def read(self, address: str) -> str:
        """The page at `address`, which must be there."""
        answer = self.get(address)
        assert answer.status_code == 200, (address, answer.status_code, self.text[-2000:])
        return self.text

    def send(self, address: str, **fields: object) -> str:
        """Send a form and follow to the page that answers."""
        answer = self.post(address, fields, follow=True)
        assert answer.status_code == 200, (address, answer.status_code, self.text[-2000:])
        return self.text

    @property
    def complaints(self) -> list[str]:
        """What the page says is wrong."""
        found = re.findall(
            r'class="jt-(?:alert jt-tone-bad|error)"[^>]*>\s*(?:<p>)?(.*?)</p>', self.text, re.DOTALL
        )
        return [text.strip() for text in found]


def at_the_desk(city: City, username: str) -> Desk:
    """That account, signed in; pages are drawn on the city's data home (`settings.DATA_HOME` must be it)."""
    assert username in city.actors
    desk = Desk(headers={"host": "127.0.0.1"})
    desk.force_login(
        get_user_model().objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return desk


def a_delivery(city: City, path: str = "minzheng/hydj.csv", content: str = MARRIAGES) -> Path:
    """A file that a department put into its folder below the sources folder."""
    file = city.home.sources / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


def inputs_of(page: str) -> dict[str, object]:
    """The fields of the page's longest form as a browser would send them unchanged."""
    forms = re.findall(r"<form\b.*?</form>", page, re.DOTALL)
    form = max(forms, key=len)
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = given.get("name", ""), given.get("type", "text")
        if (
            not name
            or name == "csrfmiddlewaretoken"
            or (kind in {"checkbox", "radio"} and "checked" not in tag)
        ):
            continue
        value = html.unescape(given.get("value", "on" if kind == "checkbox" else ""))
        if kind == "checkbox" and name in fields:
            known = fields[name]
            fields[name] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            fields[name] = value
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(
            r'value="([^"]*)"', inside
        )
        fields[name] = html.unescape(chosen.group(1)) if chosen else ""
    for name, inside in re.findall(r'<textarea name="([^"]+)".*?>\n?(.*?)</textarea>', form, re.DOTALL):
        fields[name] = html.unescape(inside)
    return fields
