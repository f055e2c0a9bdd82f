"""How the broker shows itself: `/metrics` for Prometheus, `/livez` and `/readyz` for orchestrators.

`family` declares what a metric is; `topics`, `requests`, `cluster` and `process` list them and read
them from the broker when asked; `catalogue` has them all. `exposition` writes them down,
`http_port` speaks to the network, and `port` puts it together.
"""

from odradek.broker.monitoring.port import MonitoringPort

__all__ = ["MonitoringPort"]
