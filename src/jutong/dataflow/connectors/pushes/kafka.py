"""Topics of Kafka and of what speaks its protocol."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jutong.dataflow.connectors.kinds import PASSWORD, KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.pushes.errors import (
    BrokerRefused,
    BrokerUnreachable,
    DriverMissing,
    TopicMissing,
)
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import (
    CA,
    ID_FIELD,
    MESSAGES_AT_ONCE,
    PAYLOAD_OPTIONS,
    TLS,
    Incoming,
    tls_of,
)
from jutong.vocabulary.catalogue import FormatClass

MECHANISMS: Final = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")
_LOOK_AGAIN_EVERY: Final = 60
"""Empty polls after which new partitions are looked for."""

KAFKA: Final = KindSpec(
    kind="kafka",
    zh="Kafka 消息主题",
    en="Kafka topic",
    place=Place.SPOOL,
    options=(
        OptionSpec(
            name="servers",
            zh="服务地址",
            en="Servers",
            required=True,
            hint_zh="主机:端口，多个以逗号分隔。",
            hint_en="host:port, several separated by commas.",
        ),
        OptionSpec(name="topic", zh="主题", en="Topic", required=True),
        OptionSpec(
            name="group",
            zh="消费组",
            en="Consumer group",
            default="jutong",
            hint_zh="向消息服务报告读取进度用；读到哪里以平台自己的记录为准。",
            hint_en="Progress is reported under it; the platform goes by its own record.",
        ),
        OptionSpec(
            name="username", zh="账号", en="User", hint_zh="不填则不认证。", hint_en="Empty: no sign-in."
        ),
        PASSWORD,
        OptionSpec(
            name="mechanism", zh="认证方式", en="Mechanism", default=MECHANISMS[0], choices=MECHANISMS
        ),
        TLS,
        CA,
        *PAYLOAD_OPTIONS,
        ID_FIELD,
    ),
    capabilities=frozenset({Capability.PUSH}),
    format_class=FormatClass.DATABASE,
    format="kafka",
    tested_zh="兼容 Kafka 协议的 Tansu 0.6 服务（明文、无认证）；Apache Kafka 本身、TLS 和 SASL 未在真实服务上测试",
    tested_en="Tansu 0.6, a broker of Kafka's protocol, in plain text; not on Apache Kafka itself, nor with TLS or SASL.",
    extra="kafka",
)


class KafkaStream:
    """Every partition of a topic, read from where the spool stands: the broker's own offsets are only a report."""

    def __init__(self, options: Mapping[str, Any], *, spool: Spool, timeout_s: int = 10) -> None:
        """Raises `DriverMissing`, `BrokerUnreachable`, `BrokerRefused`, `TopicMissing` or `OptionInvalid`."""
        KAFKA.refuse_unknown(options)
        try:
            import kafka
            from kafka import errors
        except ImportError as error:
            raise DriverMissing(kind="Kafka", package="kafka-python", extra="kafka") from error
        self._kafka, self._errors, self._spool = kafka, errors, spool
        self._topic = text_option(options, "topic")
        self.place = f"{text_option(options, 'servers')}/{self._topic}"
        self._unheard = 0
        self._consumer = self._connected(options, timeout_s)
        try:
            self._assign()
        except BaseException:
            self.close()
            raise

    def receive(self, wait_s: float) -> Sequence[Incoming]:
        try:
            polled = self._consumer.poll(timeout_ms=int(wait_s * 1000), max_records=MESSAGES_AT_ONCE)
            self._unheard = 0 if polled else self._unheard + 1
            if self._unheard >= _LOOK_AGAIN_EVERY:
                self._unheard = 0
                self._assign()
        except self._errors.KafkaError as error:
            raise self._translated(error) from error
        return [
            Incoming(content=one.value or b"", stream=_stream(partition), offset=one.offset)
            for partition, messages in polled.items()
            for one in messages
        ]

    def acknowledge(self) -> None:
        try:
            self._consumer.commit()
        except self._errors.KafkaError as error:
            raise self._translated(error) from error

    def behind(self) -> int | None:
        try:
            partitions = list(self._consumer.assignment())
            ends = self._consumer.end_offsets(partitions)
            return sum(max(0, int(ends[one] - self._consumer.position(one))) for one in partitions)
        except self._errors.KafkaError as error:
            raise self._translated(error) from error

    def close(self) -> None:
        self._consumer.close(autocommit=False)

    def _connected(self, options: Mapping[str, Any], timeout_s: int) -> Any:
        user = text_option(options, "username")
        tls = tls_of(options)
        security = ("SASL_" if user else "") + ("SSL" if tls else "PLAINTEXT")
        signed: dict[str, Any] = {}
        if user:
            signed = {
                "sasl_mechanism": text_option(options, "mechanism", MECHANISMS[0]),
                "sasl_plain_username": user,
                "sasl_plain_password": text_option(options, "password"),
            }
        try:
            return self._kafka.KafkaConsumer(
                bootstrap_servers=[part.strip() for part in text_option(options, "servers").split(",")],
                client_id="jutong",
                group_id=text_option(options, "group", "jutong") or "jutong",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                security_protocol=security,
                ssl_context=tls,
                bootstrap_timeout_ms=timeout_s * 1000,
                request_timeout_ms=max(timeout_s, 11) * 1000,
                allow_auto_create_topics=False,
                **signed,
            )
        except self._errors.KafkaError as error:
            raise self._translated(error) from error

    def _assign(self) -> None:
        """Take every partition, each after the last offset on our disk."""
        try:
            numbers = self._consumer.partitions_for_topic(self._topic)
            if not numbers:
                raise TopicMissing(place=self.place, name=self._topic)
            partitions = [self._kafka.TopicPartition(self._topic, number) for number in sorted(numbers)]
            if set(partitions) == set(self._consumer.assignment()):
                return
            self._consumer.assign(partitions)
            starts = self._consumer.beginning_offsets(partitions)
            ends = self._consumer.end_offsets(partitions)
            for one in partitions:
                known = self._spool.offset(_stream(one))
                if known is not None and known >= ends[one]:  # the topic was made anew
                    self._spool.forget_stream(_stream(one))
                    known = None
                self._consumer.seek(one, starts[one] if known is None else max(known + 1, starts[one]))
        except self._errors.KafkaError as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> BrokerUnreachable | BrokerRefused | TopicMissing:
        errors, reason = self._errors, type(error).__name__
        if isinstance(error, errors.UnknownTopicOrPartitionError):
            return TopicMissing(place=self.place, name=self._topic)
        refusals = (
            errors.AuthorizationError,
            errors.SaslAuthenticationFailedError,
            errors.UnsupportedSaslMechanismError,
            errors.TopicAuthorizationFailedError,
            errors.GroupAuthorizationFailedError,
        )
        if isinstance(error, refusals):
            return BrokerRefused(place=self.place, reason=reason)
        return BrokerUnreachable(place=self.place, reason=reason)


def _stream(partition: Any) -> str:
    return f"{partition.topic}/{partition.partition}"
