"""Topics of MQTT 3.1.1 brokers such as Mosquitto and EMQX."""

import time
from collections.abc import Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Final

from jutong.dataflow.connectors.errors import OptionInvalid
from jutong.dataflow.connectors.kinds import HOST, PASSWORD, KindSpec, Place, port
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.protocol import Capability, OptionSpec
from jutong.dataflow.connectors.pushes.errors import BrokerRefused, BrokerUnreachable, DriverMissing
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

_GATHER_S: Final = 0.02

MQTT: Final = KindSpec(
    kind="mqtt",
    zh="MQTT 主题（物联网、车辆定位等）",
    en="MQTT topic (sensors, positions of vehicles)",
    place=Place.SPOOL,
    options=(
        HOST,
        port(1883),
        OptionSpec(
            name="topic",
            zh="主题",
            en="Topic",
            required=True,
            hint_zh="可含通配符，如 gps/+/position。",
            hint_en="May hold wildcards, such as gps/+/position.",
        ),
        OptionSpec(
            name="client_id",
            zh="客户端标识",
            en="Client id",
            hint_zh="须唯一且固定，服务端据此在平台离线时保留消息；不填由平台按数据源编码取名。",
            hint_en="Unique and lasting: the broker keeps messages under it. Empty: named after the source.",
        ),
        OptionSpec(
            name="username", zh="账号", en="User", hint_zh="不填则不认证。", hint_en="Empty: no sign-in."
        ),
        PASSWORD,
        TLS,
        CA,
        *PAYLOAD_OPTIONS,
        ID_FIELD,
    ),
    capabilities=frozenset({Capability.PUSH}),
    format_class=FormatClass.DATABASE,
    format="mqtt",
    tested_zh="真实的 Mosquitto 2（MQTT 3.1.1，服务质量 1，明文）；TLS 未在真实服务上测试",
    tested_en="A real Mosquitto 2 over MQTT 3.1.1 with quality of service 1 in plain text; TLS not on a real server.",
    extra="mqtt",
)


class MqttStream:
    """A subscription with a lasting session: while we are away the broker keeps what comes at quality of service 1.

    Quality of service 2 is not asked for: its last step is answered by the client library before we could be
    sure of our disk. What is given again at 1 is recognised by its id, or by its content.
    """

    def __init__(self, options: Mapping[str, Any], *, spool: Spool, timeout_s: int = 10) -> None:
        """Raises `DriverMissing`, `BrokerUnreachable`, `BrokerRefused` or `OptionInvalid`."""
        MQTT.refuse_unknown(options)
        try:
            from paho.mqtt import client, enums
        except ImportError as error:
            raise DriverMissing(kind="MQTT", package="paho-mqtt", extra="mqtt") from error
        host = text_option(options, "host")
        at = number_option(options, "port", 1883, low=1, high=65_535)
        self._topic = text_option(options, "topic")
        self.place = f"{host}:{at}/{self._topic}"
        self._queue: SimpleQueue[Any] = SimpleQueue()
        self._received: list[Any] = []
        self._ended = ""
        self._subscribed: bool | None = None
        self._client = client.Client(
            enums.CallbackAPIVersion.VERSION2,
            client_id=text_option(options, "client_id") or f"jutong-{spool.folder.name}",
            clean_session=False,
            protocol=enums.MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if user := text_option(options, "username"):
            self._client.username_pw_set(user, text_option(options, "password"))
        if (context := tls_of(options)) is not None:
            self._client.tls_set_context(context)
        self._client.on_message = lambda _client, _data, message: self._queue.put(message)
        self._client.on_disconnect = self._note_end
        self._client.on_connect = self._note_start
        self._client.on_subscribe = self._note_subscribed
        self._client.connect_timeout = timeout_s
        self._connect(host, at, timeout_s)

    def receive(self, wait_s: float) -> Sequence[Incoming]:
        until = time.monotonic() + wait_s
        while len(self._received) < MESSAGES_AT_ONCE:
            try:
                left = _GATHER_S if self._received else max(0.0, until - time.monotonic())
                self._received.append(self._queue.get(timeout=left))
            except Empty:
                break
        if self._ended and not self._received:
            raise BrokerUnreachable(place=self.place, reason=self._ended)
        return [Incoming(content=bytes(one.payload), again=bool(one.dup)) for one in self._received]

    def acknowledge(self) -> None:
        for message in self._received:
            self._client.ack(message.mid, message.qos)
        self._received.clear()

    def behind(self) -> int | None:
        return None

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connect(self, host: str, at: int, timeout_s: int) -> None:
        try:
            self._client.connect(host, at, keepalive=30)
        except OSError as error:
            raise BrokerUnreachable(place=self.place, reason=type(error).__name__) from error
        except ValueError as error:
            raise OptionInvalid(option="host", reason_zh="不是主机名", reason_en="it is no host") from error
        self._client.loop_start()
        until = time.monotonic() + timeout_s
        while self._subscribed is None and not self._ended and time.monotonic() < until:
            time.sleep(0.01)
        if self._subscribed:
            return
        self.close()
        if self._subscribed is False or "authori" in self._ended.lower() or "password" in self._ended.lower():
            raise BrokerRefused(place=self.place, reason=self._ended or "subscription")
        raise BrokerUnreachable(place=self.place, reason=self._ended or "timeout")

    def _note_start(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._ended = str(reason)
        else:
            self._client.subscribe(self._topic, qos=1)

    def _note_subscribed(self, _client: Any, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:
        self._subscribed = not any(reason.is_failure for reason in reasons)

    def _note_end(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._ended = self._ended or str(reason)
