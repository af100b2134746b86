"""The kinds of source that send by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.protocol import Capability
from jutong.dataflow.connectors.pushes.amqp import AMQP, AmqpStream
from jutong.dataflow.connectors.pushes.errors import NothingPushed
from jutong.dataflow.connectors.pushes.kafka import KAFKA, KafkaStream
from jutong.dataflow.connectors.pushes.mqtt import MQTT, MqttStream
from jutong.dataflow.connectors.pushes.reader import SpoolReader
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import PAYLOAD_OPTIONS, Stream
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

PUSH: Final = KindSpec(
    kind="push",
    zh="接口推送、在线填报",
    en="Pushed over HTTP, or filled in",
    place=Place.SPOOL,
    options=PAYLOAD_OPTIONS,
    capabilities=frozenset({Capability.PUSH}),
    format_class=FormatClass.DATABASE,
    format="json",
    tested_zh="平台自己的推送接口，含中途断电（kill -9）和重复推送",
    tested_en="The platform's own interface, with kill -9 in the middle and repeated pushes.",
)


class Open(Protocol):
    """Connects to a broker."""

    def __call__(self, options: Mapping[str, Any], *, spool: Spool, timeout_s: int = 10) -> Stream: ...


STREAMS: Final[Mapping[str, Open]] = {"amqp": AmqpStream, "kafka": KafkaStream, "mqtt": MqttStream}
"""Kinds whose messages the worker fetches, and how it connects."""
PUSHED: Final = frozenset({*STREAMS, PUSH.kind})
SPOOL: Final = "spool"
"""Name of the option by which the platform says whose spool is read: the source's code."""


@dataclass(slots=True)
class Spooled:
    """The registry's factory of a pushing kind: it reads what lies in the spool named by the option `spool`."""

    spec: KindSpec

    def __call__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> SpoolReader:
        self.spec.refuse_unknown({name: value for name, value in options.items() if name != SPOOL})
        if not options.get(SPOOL):
            raise NothingPushed
        # Spools lie beside the sources folder, one a source.
        folder = root.parent / "pushed" / Path(str(options[SPOOL])).name
        return SpoolReader(Spool(folder), kind=self.spec.kind, limits=limits)


BUILT_IN: Final = {spec.kind: Spooled(spec) for spec in (PUSH, KAFKA, MQTT, AMQP)}
