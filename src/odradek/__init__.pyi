"""What `from odradek import ...` offers; `__init__.py` imports each name on its first use."""

from odradek.clients.errors import ClientError as ClientError
from odradek.clients.exactly_once import process_exactly_once as process_exactly_once
from odradek.clients.kafka_config import KafkaConfig as KafkaConfig
from odradek.clients.producer.async_producer import AsyncProducer as AsyncProducer
from odradek.clients.producer.producer import Producer as Producer

__version__: str
