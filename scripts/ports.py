"""Free TCP ports on the loopback address."""
import socket


def is_free(port):
    """Whether nothing listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def free_port(wanted=0):
    """``wanted`` if it is free, else any free port."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
