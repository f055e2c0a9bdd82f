"""`odradek cluster`: a real Apache Kafka cluster at hand, on this machine."""
