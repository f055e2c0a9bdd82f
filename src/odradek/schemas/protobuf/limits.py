"""How large a schema may be. Each limit keeps one kind of bomb cheap."""

TEXT_CHARACTERS_MAX = 2_000_000
"""Beyond it nothing is read: the largest .proto files of the field have some hundred thousand."""

TOKENS_MAX = 500_000
"""Words and signs of one text: a text of nothing but semicolons would fill the memory with them."""

NAME_CHARACTERS_MAX = 500
"""A name with its dots. What a name means is looked for in each of its scopes."""

NESTING_MAX = 32
"""Messages within messages; the official compiler stops there, too."""

DEFINITIONS_MAX = 50_000
"""Messages, fields, enums and values of one schema with everything it refers to."""

FILES_MAX = 1_000
"""A schema and all that it refers to."""

COMPARISONS_MAX = 200_000
"""Fields and messages looked at in one comparison; each pair of messages is compared once."""
