"""Tables of the directory."""

from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser
from django.db import models

from jutong.control.directory.errors import AuditImmutable
from jutong.control.directory.roles import Role
from jutong.control.directory.terms import DepartmentKind, RegionLevel, SystemStatus


class Region(models.Model):
    """行政区划 as an organisational level of the platform; the codes' history is in the vocabulary."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=RegionLevel.choices())
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """部门: who provides, uses or governs data."""

    code = models.CharField(max_length=32, unique=True)
    uscc = models.CharField(max_length=18, blank=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(
        max_length=12, choices=DepartmentKind.choices(), default=DepartmentKind.DEPARTMENT.value
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    active = models.BooleanField(default=True)
    # Who took over when the department was merged into another one (机构改革).
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """信息系统 that a department runs; sources and client systems belong to one."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="systems")
    status = models.CharField(
        max_length=8, choices=SystemStatus.choices(), default=SystemStatus.RUNNING.value
    )
    description = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """用户: one account for one natural person."""

    display_name = models.CharField(max_length=60)
    language = models.CharField(
        max_length=8, default="zh-hans", choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
    phone = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.username


class Membership(models.Model):
    """任职: a person holds a role in a department."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role.choices())
    since = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("person", "department", "role"), name="one_membership_each"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}/{self.department_id}/{self.role}"


class ClientSystem(models.Model):
    """应用（调用方系统）that signs gateway calls; its secret is kept sealed."""

    client_id = models.CharField(max_length=48, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="clients")
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT, related_name="clients")
    sealed_secret = models.TextField()
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    rotated_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """个人访问令牌: with which a program acts as a person; only its digest is kept."""

    token_id = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """审计记录: one act, chained to the one before it; only ever added."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=64, db_index=True)
    object_type = models.CharField(max_length=32)
    object_id = models.CharField(max_length=128)
    department = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=8)
    detail = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("sequence",)
        indexes = (models.Index(fields=("object_type", "object_id"), name="audit_by_object"),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditImmutable
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AuditImmutable


class AuditHead(models.Model):
    """The chain's last event: its row lock puts concurrent writers in order."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return str(self.sequence)
