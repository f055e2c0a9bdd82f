"""Calls that block, made from a coroutine, which being cancelled does not tear in two.

A thread cannot be cancelled: what it was asked to do it does. Whoever went on without waiting for
it would use the same client from two threads, or not know that a transaction was begun.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[..., T], *arguments: object) -> T:
    """What the call returns; a cancelled task first waits for its end, and is cancelled then."""
    return await uninterrupted(asyncio.ensure_future(asyncio.to_thread(call, *arguments)))


async def uninterrupted(work: "asyncio.Future[T]") -> T:
    """What the work gives; a cancelled task first waits for its end, and is cancelled then."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        raise
