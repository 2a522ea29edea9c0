"""Private PostgreSQL and Redis-protocol servers on unix sockets, for `./run`, tests, benchmarks; never in production.

A start on the same data always has the same address. What a killed run left behind is found by its lock and ended.
"""

from config.servers.base import without_postgres_variables
from config.servers.binaries import ServerError
from config.servers.pair import ServerPair
from config.servers.postgres import PostgresServer
from config.servers.redis import RedisServer

__all__ = ["PostgresServer", "RedisServer", "ServerError", "ServerPair", "without_postgres_variables"]
