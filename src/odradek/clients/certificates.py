"""What is wrong with a broker's certificate, in words: librdkafka only says that it is not trusted.

Asked once a connection has failed, by shaking hands again. What it does not do: decide anything.
Whether a broker is trusted is the client's own judgement.
"""

import socket
import ssl

from odradek.clients.kafka_config import KafkaConfig

TIMEOUT_S = 5.0

NOBODY_VOUCHES = (
    "was issued by nobody who is trusted here: ssl_ca_location names the PEM file of who is"
)
SENTENCES = {
    9: "is not valid yet: is a clock wrong, here or there?",
    10: "has expired: whoever runs the broker must renew it",
    18: NOBODY_VOUCHES,
    19: NOBODY_VOUCHES,
    20: NOBODY_VOUCHES,
    21: NOBODY_VOUCHES,
    62: "is for another host name than the one that it was reached by",
    64: "is for another address than the one that it was reached by",
}
"""OpenSSL's numbers (X509_V_ERR) of what people meet; others keep OpenSSL's words."""


def certificate_problem(kafka: KafkaConfig) -> str | None:
    """What is wrong with the first certificate that cannot be trusted; None where nothing is."""
    if not kafka.is_encrypted:
        return None
    for server in kafka.bootstrap_servers.split(","):
        # OpenSSL tells one thing: of a certificate that is wrong in both, that it has expired.
        for checks_hostname in (False, kafka.ssl_check_hostname):
            problem = _problem(kafka, server.strip(), checks_hostname=checks_hostname)
            if problem is not None:
                return f"the certificate of {server.strip()} {problem}"
    return None


def _problem(kafka: KafkaConfig, server: str, *, checks_hostname: bool) -> str | None:
    host, _, port = server.rpartition(":")
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_ca_location)
        context.check_hostname = checks_hostname
        with (
            socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_S) as connection,
            context.wrap_socket(connection, server_hostname=host.strip("[]")),
        ):
            return None
    except ssl.SSLCertVerificationError as error:
        return SENTENCES.get(error.verify_code, f"cannot be trusted: {error.verify_message}")
    except OSError:  # nobody there, or one who wants to see a certificate of ours first
        return None
