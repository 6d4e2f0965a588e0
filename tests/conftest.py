"""How the tests run: no property fails because a machine is busy, and Ctrl-C reaches the programs they start."""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

# A job that a shell started in the background ignores interrupts, and so would every program started by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
