"""Sockets, told of: who waits to receive, to send, for a connection, for an address.

The methods go into the class `socket.socket`, over those it inherits from C; the class stays what it is. A socket that
does not block is not told of: its waits are in `select`.
"""

from __future__ import annotations

from sys import _getframe

from ..events import Wait
from .places import find_place
from .recorder import begin_wait, end_wait, site
from .things import Thing, dress, find, keep
from .waits_io import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_METHODS = {
    Wait.SOCKET_RECV: ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"),
    Wait.SOCKET_SEND: ("send", "sendall", "sendto", "sendmsg"),
    Wait.SOCKET_ACCEPT: ("_accept",),
    Wait.SOCKET_CONNECT: ("connect", "connect_ex"),
}


_METHODS_OF_SSL = {
    Wait.SOCKET_RECV: ("read",),
    Wait.SOCKET_SEND: ("write", "send"),
    Wait.SOCKET_CONNECT: ("do_handshake",),
}


def change_socket(module: Any) -> None:
    """Make the module `socket` tell of its sockets."""
    _tell_of_making(module.socket)
    _tell_of_methods(module.socket, _METHODS)
    module.getaddrinfo = told(module.getaddrinfo, Wait.SOCKET_LOOKUP)


def change_ssl(module: Any) -> None:
    """What an SSLSocket does in a way of its own."""
    _tell_of_methods(module.SSLSocket, _METHODS_OF_SSL)


def _tell_of_methods(cls: Any, methods: dict[int, tuple[str, ...]]) -> None:
    for flag, names in methods.items():
        for name in names:
            if hasattr(cls, name):
                setattr(cls, name, _telling(getattr(cls, name), flag, cls.gettimeout))


def _tell_of_making(cls: Any) -> None:
    real = cls.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        keep(Thing("socket", Wait.SOCKET_RECV, find_place(_getframe().f_back)), self)

    cls.__init__ = dress(__init__, real)


def _telling(real: Any, flag: int, gettimeout: Any) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        timeout = gettimeout(self)
        if timeout == 0:
            return real(self, *args, **kwargs)
        thing = find(id(self))
        number = thing.id() if thing is not None else 0
        mine = begin_wait(flag, number, site(_getframe().f_back), timeout)
        try:
            return real(self, *args, **kwargs)
        finally:
            end_wait(mine, flag, number, True)

    method.__module__ = "socket"
    dress(method, real)
    method.__qualname__ = f"socket.{real.__name__}" if not hasattr(real, "__code__") else real.__qualname__
    return method
