"""Mean waits of first-come queues in closed form (Kleinrock, Queueing Systems I; Gross and Harris).

Symbols: arrivals at rate `arrivals_per_s`, mean service `service_s`, `workers` servers. A wait is the time in
line, before service begins.
"""


def erlang_c(workers: int, load: float) -> float:
    """Give the probability that an arrival at M/M/c has to wait.

    Args:
        workers: number of servers c.
        load: offered load in erlangs, arrival rate times mean service; below c.
    """
    blocked = 1.0
    for n in range(1, workers + 1):  # Erlang B by its recursion, which does not overflow
        blocked = load * blocked / (n + load * blocked)
    utilisation = load / workers
    return blocked / (1 - utilisation * (1 - blocked))


def wait_mmc(arrivals_per_s: float, service_s: float, workers: int) -> float:
    """Give the mean wait in M/M/c, in seconds."""
    load = arrivals_per_s * service_s
    return erlang_c(workers, load) * service_s / (workers - load)


def wait_mm1(arrivals_per_s: float, service_s: float) -> float:
    """Give the mean wait in M/M/1, in seconds."""
    return wait_mmc(arrivals_per_s, service_s, 1)


def wait_mg1(arrivals_per_s: float, service_s: float, variation: float) -> float:
    """Give the mean wait in M/G/1 by Pollaczek and Khinchine, in seconds.

    Args:
        arrivals_per_s: arrival rate.
        service_s: mean service.
        variation: the service law's coefficient of variation: 0 constant, 1 exponential.
    """
    load = arrivals_per_s * service_s
    return load * (1 + variation**2) * service_s / (2 * (1 - load))
