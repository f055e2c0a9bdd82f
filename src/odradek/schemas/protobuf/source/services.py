"""Services: a registry does nothing with them, and keeps them."""

from google.protobuf.descriptor_pb2 import MethodDescriptorProto, ServiceDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.options import take_option_statement


def take_service(cursor: Cursor, service: ServiceDescriptorProto) -> None:
    """What stands behind the word service."""
    cursor.count_definition()
    service.name = cursor.word("the name of a service")
    with cursor.block(f"the service {service.name}"):
        while not cursor.is_block_over:
            if cursor.take_if("option"):
                take_option_statement(cursor, service.options)
            elif cursor.take_if("rpc"):
                _take_method(cursor, service.method.add())
            else:
                cursor.expect(";", behind=f"what the service {service.name} contains")


def _take_method(cursor: Cursor, method: MethodDescriptorProto) -> None:
    cursor.count_definition()
    method.name = cursor.word("the name of a method")
    method.input_type, is_stream = _take_message_type(cursor, method.name)
    if is_stream:
        method.client_streaming = True
    cursor.expect("returns", behind=f"what {method.name} takes")
    method.output_type, is_stream = _take_message_type(cursor, method.name)
    if is_stream:
        method.server_streaming = True
    if not cursor.sees("{"):
        cursor.expect(";", behind=f"the method {method.name}")
        return
    method.options.SetInParent()
    with cursor.block(f"the method {method.name}"):
        while not cursor.is_block_over:
            if cursor.take_if("option"):
                take_option_statement(cursor, method.options)
            else:
                cursor.expect(";", behind=f"what the method {method.name} contains")


def _take_message_type(cursor: Cursor, method: str) -> tuple[str, bool]:
    cursor.expect("(", behind=f"the method {method}")
    is_stream = cursor.take_if("stream")
    name = cursor.dotted_name("a message's name")
    cursor.expect(")", behind=name)
    return name, is_stream
