"""The data gateway as an ASGI application, for Granian: one per worker process."""

import os

from jutong.entrypoints.settings import platform_settings
from jutong.evidence import EvidenceSettings
from jutong.gateway.application import Gateway
from jutong.gateway.settings import GatewaySettings

application = Gateway(
    platform_settings().data_home,
    settings=GatewaySettings.read(os.environ),
    evidence_settings=EvidenceSettings.read(os.environ),
)
