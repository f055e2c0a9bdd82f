"""The list of deliberate differences from Apache Kafka, collected from the code.

A difference is declared where it is made, in a comment or docstring, by a paragraph that contains
`Differs from Kafka:`; what follows up to the paragraph's end is its text.
"""

import re
from collections.abc import Iterator
from pathlib import Path

MARKER = "Differs from Kafka:"
INTRODUCTION = """\
# Differences from Apache Kafka

Written from the code by `make docs`: each is declared where it is made.
"""


def render(source: Path) -> str:
    lines = [INTRODUCTION]
    for file in sorted(source.rglob("*.py")):
        differences = list(differences_in(file.read_text(encoding="utf-8")))
        if differences:
            module = ".".join(file.relative_to(source).with_suffix("").parts)
            lines += [f"**{module.removesuffix('.__init__')}**", ""]
            lines += [f"- {difference}" for difference in differences] + [""]
    return "\n".join(lines).rstrip() + "\n"


def differences_in(text: str) -> Iterator[str]:
    """Yield the text of each declared difference, as one sentence-cased line."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if MARKER in line:
            is_comment = line.lstrip().startswith("#")
            paragraph = [line.partition(MARKER)[2]]
            for following in lines[number + 1 :]:
                if not _continues(following, is_comment=is_comment):
                    break
                paragraph.append(following.strip().removeprefix("#"))
            sentence = " ".join(" ".join(paragraph).replace('"""', "").split())
            yield _capitalised(sentence)


def _capitalised(sentence: str) -> str:
    """With a capital letter, unless it begins with the name of a setting or a function."""
    first_word = sentence.split(" ", 1)[0]
    is_name = re.search(r"\w[._]\w", first_word) is not None
    return sentence if is_name else sentence[:1].upper() + sentence[1:]


def _continues(line: str, *, is_comment: bool) -> bool:
    stripped = line.strip()
    if MARKER in line or stripped.startswith(('"""', "- ")):
        return False
    return bool(re.match(r"#\s*\S", stripped)) if is_comment else bool(stripped)
