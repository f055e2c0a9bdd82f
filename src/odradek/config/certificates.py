"""Settings of TLS that several sections have: whom we trust, and who we are."""

from odradek.config.setting import Setting, SettingType
from odradek.config.validators import NotEmpty


def certificate_settings(*, ca: str, certificate: str, key: str) -> tuple[Setting, ...]:
    """The three PEM files, with what each of them is for in a section."""
    meanings = {
        "ssl.ca.location": ca,
        "ssl.certificate.location": certificate,
        "ssl.key.location": key,
    }
    return tuple(
        Setting(name, SettingType.STRING, None, meaning, NotEmpty(), acts=True)
        for name, meaning in meanings.items()
    )
