"""What `from odradek import ...` offers; `__init__.py` imports each name on its first use."""

from odradek.clients.admin.admin import Admin as Admin
from odradek.clients.consumer.async_consumer import AsyncConsumer as AsyncConsumer
from odradek.clients.consumer.consumer import Consumer as Consumer
from odradek.clients.consumer.simple_consumer import SimpleConsumer as SimpleConsumer
from odradek.clients.dead_letter.sink import DeadLetters as DeadLetters
from odradek.clients.errors import ClientError as ClientError
from odradek.clients.exactly_once import process_exactly_once as process_exactly_once
from odradek.clients.exactly_once import process_exactly_once_async as process_exactly_once_async
from odradek.clients.kafka_config import KafkaConfig as KafkaConfig
from odradek.clients.producer.async_producer import AsyncProducer as AsyncProducer
from odradek.clients.producer.producer import Producer as Producer

__version__: str
