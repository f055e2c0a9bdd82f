"""Authentication by OAuth 2 tokens."""

from odradek.config.setting import Setting, SettingType
from odradek.config.validators import OneOf, between

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "sasl.oauthbearer.assertion.algorithm",
        SettingType.STRING,
        "RS256",
        "Algorithm that signs client assertions.",
        OneOf(("ES256", "RS256"), ignore_case=True),
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.aud",
        SettingType.STRING,
        None,
        "Audience claim of client assertions.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.exp.seconds",
        SettingType.INT,
        "300",
        "Seconds for which a client assertion is valid.",
        between(0, 86400),
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.iss",
        SettingType.STRING,
        None,
        "Issuer claim of client assertions.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.jti.include",
        SettingType.BOOLEAN,
        "false",
        "Whether client assertions carry a unique id.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.nbf.seconds",
        SettingType.INT,
        "60",
        "Seconds by which the not-before claim lies in the past.",
        between(0, 3600),
    ),
    Setting(
        "sasl.oauthbearer.assertion.claim.sub",
        SettingType.STRING,
        None,
        "Subject claim of client assertions.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.file",
        SettingType.STRING,
        None,
        "File with a ready-made client assertion.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.private.key.file",
        SettingType.STRING,
        None,
        "File with the key that signs client assertions.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.private.key.passphrase",
        SettingType.PASSWORD,
        None,
        "Passphrase of the signing key.",
    ),
    Setting(
        "sasl.oauthbearer.assertion.template.file",
        SettingType.STRING,
        None,
        "File with headers and claims for client assertions.",
    ),
    Setting(
        "sasl.oauthbearer.client.credentials.client.id",
        SettingType.STRING,
        None,
        "Client id for the client credentials grant.",
    ),
    Setting(
        "sasl.oauthbearer.client.credentials.client.secret",
        SettingType.PASSWORD,
        None,
        "Client secret for the client credentials grant.",
    ),
    Setting(
        "sasl.oauthbearer.clock.skew.seconds",
        SettingType.INT,
        "30",
        "Seconds by which clocks may differ when a token's times are checked.",
    ),
    Setting(
        "sasl.oauthbearer.expected.audience",
        SettingType.LIST,
        "",
        "Audiences of which a token must name one.",
    ),
    Setting(
        "sasl.oauthbearer.expected.issuer",
        SettingType.STRING,
        None,
        "Issuer a token must name.",
    ),
    Setting(
        "sasl.oauthbearer.jwks.endpoint.refresh.ms",
        SettingType.LONG,
        "3600000",
        "Milliseconds between two reads of the provider's keys.",
    ),
    Setting(
        "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
        SettingType.LONG,
        "10000",
        "Longest milliseconds between attempts to read the provider's keys.",
    ),
    Setting(
        "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
        SettingType.LONG,
        "100",
        "Milliseconds before the second attempt to read the provider's keys.",
    ),
    Setting(
        "sasl.oauthbearer.jwks.endpoint.url",
        SettingType.STRING,
        None,
        "Address of the provider's keys.",
    ),
    Setting(
        "sasl.oauthbearer.jwt.retriever.class",
        SettingType.CLASS,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
        "Class that fetches tokens.",
    ),
    Setting(
        "sasl.oauthbearer.jwt.validator.class",
        SettingType.CLASS,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
        "Class that checks tokens.",
    ),
    Setting(
        "sasl.oauthbearer.scope",
        SettingType.STRING,
        None,
        "Scope to ask for with a token.",
    ),
    Setting(
        "sasl.oauthbearer.scope.claim.name",
        SettingType.STRING,
        "scope",
        "Name of the claim that holds the scope.",
    ),
    Setting(
        "sasl.oauthbearer.sub.claim.name",
        SettingType.STRING,
        "sub",
        "Name of the claim that holds the subject.",
    ),
    Setting(
        "sasl.oauthbearer.token.endpoint.url",
        SettingType.STRING,
        None,
        "Address at which tokens are issued.",
    ),
)
