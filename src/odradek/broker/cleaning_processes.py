"""The broker's side of a cleaning: has a process do it, and reads what came out."""

import asyncio
import sys
from asyncio.subprocess import Process

import msgspec

from odradek.broker import cleaning_process
from odradek.broker.cleaning_process import CleaningOrder
from odradek.broker.log.cleaner.cleaning import CleaningResult
from odradek.broker.log_cleaner import CleaningFailed


async def run_cleaning(order: CleaningOrder) -> CleaningResult:
    """Have a process clean. Raises CleaningFailed; cancelled, it ends the process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", cleaning_process.__name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, complaint = await _ask(process, msgspec.json.encode(order) + b"\n")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise CleaningFailed(lines[-1] if lines else f"it ended with {process.returncode}")
    return msgspec.json.decode(output, type=CleaningResult)


async def _ask(process: Process, order: bytes) -> tuple[bytes, bytes]:
    """What the process writes for this order. Its stdin stays open until it has ended."""
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    assert stdin is not None  # noqa: S101 - all three are pipes
    assert stdout is not None  # noqa: S101
    assert stderr is not None  # noqa: S101
    stdin.write(order)
    output, complaint = await asyncio.gather(stdout.read(), stderr.read())
    await process.wait()
    return output, complaint
