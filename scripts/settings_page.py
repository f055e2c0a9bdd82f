"""The reference of every setting, from the declarations in `odradek.config`."""

from collections.abc import Iterable, Iterator

from odradek.config import cluster, registry, schema_registry
from odradek.config.broker import OWN_SETTINGS
from odradek.config.kafka import BROKER_THEMES, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import Setting
from odradek.config.sources import variable_name

INTRODUCTION = """\
# Settings

Written from the code by `make docs`.

Settings are read from a file `odradek.toml`; environment variables override the file, and
`--set section.key=value` on any command overrides both. An unknown key is an error.

```toml
[broker]
listeners = "127.0.0.1:9092"
log.retention.ms = 86400000       # dots need no quotes,
"max.connections" = 500           # except where one name continues another

[kafka]
bootstrap.servers = "127.0.0.1:9092"
```

Variables are named `ODRADEK_<SECTION>_<KEY>` in capitals, with `_` for every dot, as
`{variable}`. Kafka's own names are kept wherever Kafka has one.

A setting marked ○ has no effect on the embedded broker today. It is accepted, stored and shown
because Kafka's tools send and read it.
"""


def render() -> str:
    example = variable_name("broker", "log.retention.ms")
    parts = [
        INTRODUCTION.format(variable=example),
        "## [kafka]\n",
        "Which cluster the clients of odradek talk to. The names and values are librdkafka's.\n",
        _table(cluster.SETTINGS.values()),
        "## [schema_registry]\n",
        "Which schema registry the clients of odradek talk to. The names are those of"
        " confluent-kafka's registry client.\n",
        _table(schema_registry.SETTINGS.values()),
        "## [registry]\n",
        "How the schema registry runs. Names that Confluent's registry has mean the same here.\n",
        _table(registry.SETTINGS.values()),
        "## [broker]\n",
        "How the embedded broker runs. These are our own:\n",
        _table(OWN_SETTINGS),
    ]
    for theme in BROKER_THEMES:
        parts += [_heading(theme.__doc__ or ""), _table(theme.SETTINGS, with_update_mode=True)]
    parts += [
        "### Only at run time\n",
        "Set with a Kafka tool such as `kafka-configs`; a configuration file cannot have them.\n",
        _table(RUN_TIME_SETTINGS.values(), with_update_mode=True),
        "## Topics\n",
        "Set with `odradek topic create --config`, `odradek topic alter` or any Kafka tool.\n",
        _table(TOPIC_SETTINGS.values()),
    ]
    return "\n".join(parts)


def _heading(docstring: str) -> str:
    """The first words of a theme's docstring as the title, the rest below it."""
    summary, _, remark = docstring.partition("\n\n")
    title, _, rest = summary.rstrip(".").partition(": ")
    below = [f"{rest[:1].upper()}{rest[1:]}." if rest else "", remark.strip()]
    return "\n\n".join([f"### {title}", *filter(None, below)]) + "\n"


def _table(settings: Iterable[Setting], *, with_update_mode: bool = False) -> str:
    return "\n".join(_rows(settings, with_update_mode=with_update_mode)) + "\n"


def _rows(settings: Iterable[Setting], *, with_update_mode: bool) -> Iterator[str]:
    change = " Changed |" if with_update_mode else ""
    yield f"| Setting | Type | Default | Accepts |{change} What it does |"
    yield "|---" * (6 if with_update_mode else 5) + "|"
    for setting in settings:
        mark = "" if setting.acts else " ○"
        change = f" {setting.update_mode.value} |" if with_update_mode else ""
        yield (
            f"| `{setting.name}`{mark} | {setting.type.name.lower()} | {_default(setting)} "
            f"| {setting.valid_values} |{change} {_documentation(setting)} |"
        )


def _default(setting: Setting) -> str:
    match setting.default:
        case None:
            return ""
        case "":
            return "empty"
        case default:
            return f"`{default}`"


def _documentation(setting: Setting) -> str:
    if not setting.synonyms:
        return setting.documentation
    names = ", ".join(f"`{name}`" for name in setting.synonyms)
    return f"{setting.documentation} Default from {names}."
