"""The compiler: a message class and a version in, straight-line Python functions out.

`layout` decides what is on the wire in a version, `decoder` and `encoder` write the source,
`reading` and `writing` hold what generated code calls. Everything that depends on the version
(classic or flexible, present or absent, nullable or not) is decided here, once. `error_finder` is
for whoever counts the errors of responses.
"""

from odradek.protocol.compiler.decoder import Decoder, compile_decoder
from odradek.protocol.compiler.encoder import Encoder, compile_encoder
from odradek.protocol.compiler.error_finder import ErrorFinder, compile_error_finder

__all__ = [
    "Decoder",
    "Encoder",
    "ErrorFinder",
    "compile_decoder",
    "compile_encoder",
    "compile_error_finder",
]
