"""The three administrators at their pages: accounts, roles, the trail; departments and systems."""

import pytest
from django.db import connection
from django.test import Client

from jutong.control.directory import api as directory
from jutong.control.directory.api import Role
from tests.support.control import CIVIL, TAX, a_city
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db

NEWCOMER = {"username": "newcomer", "display_name": "新人", "password": "Xin-ren-2025-ok"}


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def test_an_account_is_made_by_one_administrator_and_given_its_role_by_another(city):
    page = at_the_desk(city, "sysadmin").send("/desk/people/create/", **NEWCOMER)
    assert "已创建账号 newcomer" in page
    security = at_the_desk(city, "secadmin")
    fields = {"member": "newcomer", "department": TAX, "role": "department_officer"}
    assert "角色已更新" in security.send("/desk/people/role/", **fields)
    assert directory.actor_named("newcomer").roles == {Role.DEPARTMENT_OFFICER}
    assert "角色已更新" in security.send("/desk/people/role/", **fields, remove="1")
    assert directory.actor_named("newcomer").roles == frozenset()


def test_a_refused_account_keeps_its_form_beside_the_list(city):
    desk = at_the_desk(city, "sysadmin")
    page = desk.send("/desk/people/create/", **NEWCOMER | {"password": "weak"})
    assert "[directory.input_invalid]" in page
    assert 'value="newcomer"' in page
    assert 'value="weak"' not in page
    assert "测试civil_officer" in page
    assert "[directory.already_exists]" in desk.send(
        "/desk/people/create/", **NEWCOMER | {"username": "civil_officer"}
    )


def test_roles_that_exclude_each_other_are_refused_with_the_reason(city):
    page = at_the_desk(city, "secadmin").send(
        "/desk/people/role/", member="civil_officer", department=CIVIL, role="audit_admin"
    )
    assert "[directory.role_conflict]" in page
    assert 'value="civil_officer"' in page


def test_a_password_is_reset_and_an_account_closed(city):
    desk = at_the_desk(city, "sysadmin")
    fields = {"account": "tax_officer", "new_password": "Neues-Wort-2025"}
    assert "口令已重置" in desk.send("/desk/people/change/", **fields)
    visitor = Client(headers={"host": "127.0.0.1"})
    answer = visitor.post("/sign-in/", {"username": "tax_officer", "password": "Neues-Wort-2025"})
    assert answer.status_code == 302
    assert "已停用" in desk.send("/desk/people/change/", account="tax_officer", deactivate="1")
    assert visitor.get("/desk/").status_code == 302  # signed out by being closed
    assert "[directory.not_found]" in desk.send("/desk/people/change/", account="nobody", deactivate="1")


def test_the_administrators_keep_to_their_own_work(city):
    system, security, auditor = (at_the_desk(city, name) for name in ("sysadmin", "secadmin", "auditor"))
    role = {"member": "tax_officer", "department": TAX, "role": "department_approver"}
    assert system.post("/desk/people/role/", role).status_code == 403
    assert security.post("/desk/people/create/", NEWCOMER).status_code == 403
    assert (
        auditor.post("/desk/people/change/", {"account": "tax_officer", "deactivate": "1"}).status_code == 403
    )
    assert "新建账号" not in security.read("/desk/people/")
    assert "授予或撤销角色" not in system.read("/desk/people/")


def test_the_trail_is_searched_and_its_chain_verified(city):
    at_the_desk(city, "tax_officer").get("/desk/audit/")  # denied, which is in the trail
    auditor = at_the_desk(city, "auditor")
    page = auditor.read("/desk/audit/?outcome=denied&actor=tax_officer")
    assert "directory:permission:deny" in page
    assert "没有符合条件的记录" in auditor.read("/desk/audit/?actor=nobody")
    assert "审计链完整" in auditor.read("/desk/audit/?verify=1")


def test_a_broken_trail_names_its_first_bad_record(city):
    table = " ON directory_auditevent" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TRIGGER audit_event_append_only{table}"
        )  # as someone who owns the database could
        cursor.execute("UPDATE directory_auditevent SET actor_name = 'x' WHERE sequence = 3")
    assert "第 3 条记录起不可信" in at_the_desk(city, "auditor").read("/desk/audit/?verify=1")


def test_departments_and_systems_are_registered_by_those_who_may(city):
    system = at_the_desk(city, "sysadmin")
    fields = inputs_of(system.read("/desk/departments/"))
    fields |= {"department-name": "市教育局", "department-code": "jiaoyu", "department-uscc": ""}
    assert "已登记部门“市教育局”" in system.send("/desk/departments/add/", **fields)
    page = system.send("/desk/departments/add/", **fields)
    assert "[directory.already_exists]" in page
    officer = at_the_desk(city, "tax_officer")
    assert "登记部门" not in officer.read("/desk/departments/")
    made = {"system-name": "个税系统", "system-code": "geshui", "system-department": TAX}
    assert "已登记信息系统“个税系统”" in officer.send("/desk/departments/systems/add/", **made)
    other = made | {"system-code": "hun", "system-department": CIVIL}
    assert "不在可用的选项中" in officer.send("/desk/departments/systems/add/", **other)
    assert officer.post("/desk/departments/add/", fields).status_code == 403
