"""The logging configuration of a Java server: warnings and worse, to stderr.

Kafka 4 logs through Log4j 2, Kafka 3 and ZooKeeper through reload4j; each has a file format of its
own and a system property that names the file.
"""

from pathlib import Path

LOG4J2 = """\
rootLogger.level = WARN
rootLogger.appenderRef.stderr.ref = STDERR
appender.stderr.type = Console
appender.stderr.name = STDERR
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d %p %m (%c)%n
"""
RELOAD4J = """\
log4j.rootLogger=WARN, stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.target=System.err
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=%d %p %m (%c)%n
"""


def write_logging_files(directory: Path) -> tuple[str, ...]:
    """Write both files; return the JVM options that name them."""
    log4j2, reload4j = directory / "log4j2.properties", directory / "log4j.properties"
    log4j2.write_text(LOG4J2)
    reload4j.write_text(RELOAD4J)
    return (f"-Dlog4j2.configurationFile={log4j2}", f"-Dlog4j.configuration=file:{reload4j}")
