"""The audit trail (审计): every act and every refusal, chained, in the transaction of the act itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db import transaction

from jutong.control.directory.inserting import insert_rows
from jutong.control.directory.models import AuditEvent, AuditHead
from jutong.control.directory.sequences import next_number
from jutong.control.directory.values import Actor, AuditEventView, AuditVerdict
from jutong.kernel.crypto import provider
from jutong.vocabulary.contracts import canonical_json


class AuditAction(StrEnum):
    """What happened: `source:subject:action`, sorted."""

    CHANNEL_ADD = "alerts:channel:add"
    CHANNEL_REMOVE = "alerts:channel:remove"
    CHANNEL_TEST = "alerts:channel:test"
    ALERT_RULE_ADD = "alerts:rule:add"
    ALERT_RULE_REMOVE = "alerts:rule:remove"
    APPLICATION_DECIDE = "approval:application:decide"
    APPLICATION_DRAFT = "approval:application:draft"
    APPLICATION_MOVE = "approval:application:move"
    APPLICATION_SUBMIT = "approval:application:submit"
    APPLICATION_WITHDRAW = "approval:application:withdraw"
    CLASSIFICATION_ADD = "catalogue:classification:add"
    CONTROL_CHANGE = "catalogue:control:change"
    ENTRY_CREATE = "catalogue:entry:create"
    ENTRY_SAVE = "catalogue:entry:save"
    ENTRY_STEP = "catalogue:entry:step"
    LEVEL_CONFIRM = "catalogue:level:confirm"
    SYNONYMS_CHANGE = "catalogue:synonyms:change"
    UPDATE_CLOSE = "catalogue:update:close"
    UPDATE_DECIDE = "catalogue:update:decide"
    UPDATE_EXTEND = "catalogue:update:extend"
    UPDATE_OPEN = "catalogue:update:open"
    BINDING_ADD = "collection:binding:add"
    BINDING_CHANGE = "collection:binding:change"
    BINDING_REMOVE = "collection:binding:remove"
    DATA_PREVIEW = "collection:data:preview"
    PROOF_RECORD = "collection:proof:record"
    RUN_CANCEL = "collection:run:cancel"
    RUN_CONFIRM = "collection:run:confirm"
    RUN_END = "collection:run:end"
    RUN_REFUSE = "collection:run:refuse"
    RUN_REQUEST = "collection:run:request"
    RUN_RETRY = "collection:run:retry"
    SOURCE_ADD = "collection:source:add"
    SOURCE_CHANGE = "collection:source:change"
    SOURCE_PUSH = "collection:source:push"
    SOURCE_TEST = "collection:source:test"
    CLIENT_CREATE = "directory:client:create"
    CLIENT_DEACTIVATE = "directory:client:deactivate"
    CLIENT_ROTATE = "directory:client:rotate"
    DEPARTMENT_ADD = "directory:department:add"
    DEPARTMENT_MERGE = "directory:department:merge"
    DEPARTMENT_RENAME = "directory:department:rename"
    MEMBERSHIP_GIVE = "directory:membership:give"
    MEMBERSHIP_REMOVE = "directory:membership:remove"
    PERMISSION_DENY = "directory:permission:deny"
    PERSON_CREATE = "directory:person:create"
    PERSON_DEACTIVATE = "directory:person:deactivate"
    PERSON_PASSWORD = "directory:person:password"  # noqa: S105 - a tag, no secret
    REGION_ADD = "directory:region:add"
    SESSION_FAIL = "directory:session:fail"
    SESSION_SIGN_IN = "directory:session:sign_in"
    SESSION_SIGN_OUT = "directory:session:sign_out"
    SYSTEM_ADD = "directory:system:add"
    SYSTEM_MOVE = "directory:system:move"
    TOKEN_CREATE = "directory:token:create"  # noqa: S105 - a tag, no secret
    TOKEN_REVOKE = "directory:token:revoke"  # noqa: S105 - a tag, no secret
    DUTY_LINK = "drafting:duty:link"
    PROPOSAL_CONFIRM = "drafting:proposal:confirm"
    PROPOSAL_MAKE = "drafting:proposal:make"
    PROPOSAL_REJECT = "drafting:proposal:reject"
    PROPOSAL_REOPEN = "drafting:proposal:reopen"
    SURVEY_END = "drafting:survey:end"
    SURVEY_REQUEST = "drafting:survey:request"
    DUTY_MAP = "duties:label:map"
    DUTY_IMPORT = "duties:list:import"
    SUBMISSION_DECIDE = "filling:submission:decide"
    SUBMISSION_DELIVER = "filling:submission:deliver"
    SUBMISSION_HAND_IN = "filling:submission:hand_in"
    SUBMISSION_WITHDRAW = "filling:submission:withdraw"
    FILLING_CLOSE = "filling:task:close"
    FILLING_OPEN = "filling:task:open"
    GRANT_COMPILE = "grants:grant:compile"
    GRANT_EXPIRE = "grants:grant:expire"
    GRANT_MOVE = "grants:grant:move"
    GRANT_RESUME = "grants:grant:resume"
    GRANT_REVOKE = "grants:grant:revoke"
    GRANT_SUSPEND = "grants:grant:suspend"
    SNAPSHOT_PUBLISH = "grants:snapshot:publish"
    HARVEST_ADOPT = "harvest:entry:adopt"
    HARVEST_DECIDE = "harvest:job:decide"
    HARVEST_END = "harvest:job:end"
    HARVEST_REQUEST = "harvest:job:request"
    HARVEST_SOURCE_ADD = "harvest:source:add"
    HARVEST_SOURCE_CHANGE = "harvest:source:change"
    INSPECTION_REQUEST = "inspection:catalogue:request"
    INSPECTION_RUN = "inspection:catalogue:run"
    FINDING_FIX = "inspection:finding:fix"
    FINDING_WAIVE = "inspection:finding:waive"
    BATCH_RECEIVE = "interchange:batch:receive"
    BATCH_STEP = "interchange:batch:step"
    CATALOGUE_EXPORT = "interchange:catalogue:export"
    DEMAND_FILE = "lists:demand:file"
    DEMAND_STEP = "lists:demand:step"
    EDITION_PUBLISH = "lists:edition:publish"
    NEGATIVE_DECLARE = "lists:negative:declare"
    NEGATIVE_REVIEW = "lists:negative:review"
    RESPONSIBILITY_ADD = "lists:responsibility:add"
    RESPONSIBILITY_CHANGE = "lists:responsibility:change"
    RESPONSIBILITY_CONFIRM = "lists:responsibility:confirm"
    RESPONSIBILITY_REFRESH = "lists:responsibility:refresh"
    ONE_SOURCE_CLAIM = "one_source:case:claim"
    ONE_SOURCE_DETECT = "one_source:case:detect"
    ONE_SOURCE_STEP = "one_source:case:step"
    DATASET_DOWNLOAD = "opening:dataset:download"
    DATASET_OPEN = "opening:dataset:open"
    DATASET_RELEASE = "opening:dataset:release"
    DATASET_WITHDRAW = "opening:dataset:withdraw"
    ORDER_OPEN = "quarantine:order:open"
    ORDER_STEP = "quarantine:order:step"
    QUARANTINE_EXPORT = "quarantine:row:export"
    QUARANTINE_OPEN = "quarantine:row:open"
    QUARANTINE_READMIT = "quarantine:row:readmit"
    REFORM_CANCEL = "restructuring:reform:cancel"
    REFORM_CARRY_OUT = "restructuring:reform:carry_out"
    REFORM_CONFIRM = "restructuring:reform:confirm"
    REFORM_PLAN = "restructuring:reform:plan"
    DESTRUCTION_DECIDE = "retention:destruction:decide"
    DESTRUCTION_END = "retention:destruction:end"
    DESTRUCTION_PROPOSE = "retention:destruction:propose"
    DESTRUCTION_START = "retention:destruction:start"
    HOLD_LIFT = "retention:hold:lift"
    HOLD_PLACE = "retention:hold:place"
    RETENTION_SET = "retention:rule:set"
    STANDARD_ABOLISH = "standards:standard:abolish"
    STANDARD_IMPORT = "standards:standard:import"
    STANDARD_ISSUE = "standards:standard:issue"
    STANDARD_SAVE = "standards:standard:save"


FIRST: Final = "0" * 64


def record(
    actor: Actor,
    action: AuditAction,
    *,
    at: datetime,
    object_type: str,
    object_id: str,
    department: str = "",
    outcome: str = "done",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one event to the chain, within the caller's transaction: either both hold or neither.

    `detail` is JSON of names, codes and counts; never a value of a row.
    """
    record_many(
        actor,
        action,
        [AuditedAct(object_id, department, detail or {})],
        at=at,
        object_type=object_type,
        outcome=outcome,
    )


@dataclass(frozen=True, slots=True)
class AuditedAct:
    """What one of many like acts was about."""

    object_id: str
    department: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def record_many(
    actor: Actor,
    action: AuditAction,
    acts: Sequence[AuditedAct],
    *,
    at: datetime,
    object_type: str,
    outcome: str = "done",
) -> None:
    """Add an event for each of the acts, in their order: what `record` does for one, with two writes for all."""
    if not acts:
        return
    with transaction.atomic():
        first = next_number(AuditHead, "sequence", id=1)
        digest = AuditHead.objects.values_list("digest", flat=True).get(id=1)
        events = []
        columns = [field.attname for field in AuditEvent._meta.concrete_fields if field.attname != "id"]  # noqa: SLF001  # Django's documented API
        for sequence, act in enumerate(acts, start=first):
            event = AuditEvent(
                sequence=sequence,
                at=at,
                actor_id=actor.person_id,
                actor_name=f"{actor.display_name} ({actor.username})",
                action=action.value,
                object_type=object_type,
                object_id=act.object_id,
                department=act.department,
                outcome=outcome,
                detail=canonical_json(dict(act.detail)),
                previous=digest or FIRST,
            )
            event.digest = digest = digest_of(event)
            events.append([getattr(event, column) for column in columns])
        insert_rows(AuditEvent, columns, events)
        AuditHead.objects.filter(id=1).update(sequence=first + len(acts) - 1, digest=digest)


def digest_of(event: AuditEvent) -> str:
    """SM3 (hex, GB/T 32905) over the event's fields and the digest before it."""
    fields = [
        event.sequence,
        event.at.timestamp(),
        event.actor_id,
        event.actor_name,
        event.action,
        event.object_type,
        event.object_id,
        event.department,
        event.outcome,
        event.detail,
        event.previous,
    ]
    return provider("gm").digest(canonical_json(fields).encode()).hex()


def verify_chain() -> AuditVerdict:
    """Recompute the whole chain from its first event to its head."""
    previous, expected = FIRST, 0
    for event in _events():
        expected += 1
        problem = ""
        if event.sequence != expected:
            problem = "missing"
        elif event.previous != previous:
            problem = "chain"
        elif digest_of(event) != event.digest:
            problem = "content"
        if problem:
            return AuditVerdict(intact=False, events=expected - 1, first_bad=expected, problem=problem)
        previous = event.digest
    head = AuditHead.objects.filter(id=1).first()
    if head is not None and (head.sequence, head.digest) != (expected, previous):
        return AuditVerdict(intact=False, events=expected, first_bad=expected + 1, problem="missing")
    return AuditVerdict(intact=True, events=expected)


def _events() -> Iterator[AuditEvent]:
    return AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000)


def view_of(event: AuditEvent) -> AuditEventView:
    return AuditEventView(
        sequence=event.sequence,
        at=event.at,
        actor_id=event.actor_id,
        actor_name=event.actor_name,
        action=event.action,
        object_type=event.object_type,
        object_id=event.object_id,
        department=event.department,
        outcome=event.outcome,
        detail=json.loads(event.detail),
        digest=event.digest,
    )
