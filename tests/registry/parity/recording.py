"""Recorded transcripts: one file for each scenario, and in it one line for each answer.

What is usual is left out of a line: the media type of version 1; of an error all but its number.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.parity.talk import Step
from tests.registry.parity.ask import V1
from tests.registry.parity.masks import WORDS

RECORDED = Path(__file__).parent / "recorded"
FIRST_ERROR = 400


def file_of(scenario: str) -> Path:
    """Where the answers to a scenario are kept."""
    return RECORDED / f"{scenario}.jsonl"


def written(transcript: Iterable[Step]) -> str:
    """A transcript as text."""
    lines = (
        json.dumps(_brief(step), separators=(",", ":"), ensure_ascii=False) for step in transcript
    )
    return "".join(f"{line}\n" for line in lines)


def read(text: str) -> list[Step]:
    """The transcript that a text is."""
    return [_whole(json.loads(line)) for line in text.splitlines()]


def _brief(step: Step) -> dict[str, Any]:
    answer = {"step": step.name, **step.answer}
    body = answer["body"]
    if isinstance(body, dict) and body == _error(body.get("error_code")):
        answer["error"] = answer.pop("body")["error_code"]
        if answer["error"] == answer["status"]:
            del answer["status"]
    elif answer.get("type") == V1:
        del answer["type"]
    return answer


def _whole(answer: dict[str, Any]) -> Step:
    name = answer.pop("step")
    if "error" in answer:
        number = answer.pop("error")
        return Step(name, {"status": answer.get("status", number), "body": _error(number)})
    if answer["status"] < FIRST_ERROR:
        answer.setdefault("type", V1)
    return Step(name, answer)


def _error(number: Any) -> dict[str, Any]:
    return {"error_code": number, "message": WORDS}
