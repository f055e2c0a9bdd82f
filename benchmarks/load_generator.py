"""Compiles the C loader once per version of its source, and runs it.

The binary lives in the user's cache, under a hash of the source and the compiler's flags. A machine
without gcc gets one sentence (`LoaderUnavailable`). A loader that meets a wrong reply ends with a
sentence of its own, raised here as `LoadFailed`: a benchmark of wrong answers is worth nothing.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

SOURCE_DIRECTORY = Path(__file__).parent / "loader"
COMPILER_FLAGS = ("-O2", "-flto", "-std=gnu11", "-Wall", "-Wextra")
RUN_TIMEOUT_S = 180


class LoaderUnavailable(RuntimeError):
    """The loader cannot be built here; the message is one sentence."""


class LoadFailed(RuntimeError):
    """The broker gave a wrong answer, or none; the message is the loader's."""


class LoadResult(msgspec.Struct, frozen=True):
    """What the loader measured in one run; `bytes` are those of whole record batches."""

    requests: int
    records: int
    bytes: int
    rewinds: int
    seconds: float
    requests_per_s: float
    records_per_s: float
    mb_per_s: float
    p50_us: float
    p99_us: float
    p99_9_us: float
    loader_cpu_s: float


def build_loader() -> Path:
    """Return the compiled loader, compiling it when its source changed; or LoaderUnavailable."""
    sources = sorted(SOURCE_DIRECTORY.glob("*.[ch]"))
    content = b"".join(source.read_bytes() for source in sources)
    key = hashlib.sha256(content + " ".join(COMPILER_FLAGS).encode()).hexdigest()[:16]
    binary = _cache_directory() / f"loader-{key}"
    if not binary.exists():
        binary.parent.mkdir(parents=True, exist_ok=True)
        _compile([source for source in sources if source.suffix == ".c"], binary)
    return binary


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "odradek" / "benchmarks"


def _compile(sources: Sequence[Path], binary: Path) -> None:
    gcc = shutil.which("gcc")
    if gcc is None:
        raise LoaderUnavailable("the benchmark's loader is a C program, and gcc is not installed")
    unfinished = binary.with_name(f"{binary.name}.{os.getpid()}")
    command = [gcc, *COMPILER_FLAGS, "-o", str(unfinished), *map(str, sources)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise LoaderUnavailable(f"gcc could not compile the benchmark's loader:\n{result.stderr}")
    unfinished.rename(binary)


def run_loader(loader: Path, arguments: Sequence[str]) -> LoadResult:
    """Run the loader to its end; raise LoadFailed when any reply was wrong."""
    command = [str(loader), *arguments]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False
    )
    if result.returncode != 0:
        raise LoadFailed(f"{result.stderr.strip()} ({' '.join(command[1:])})")
    return msgspec.json.decode(result.stdout, type=LoadResult)


@contextmanager
def running_sink(loader: Path, arguments: Sequence[str]) -> Iterator[int]:
    """Run the loader's own sink for the time of the block; give its port."""
    command = [str(loader), "sink", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
        try:
            assert sink.stdout is not None
            yield int(sink.stdout.readline().rpartition(":")[2])
        finally:
            sink.kill()
