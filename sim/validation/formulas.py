"""Queues in closed form (Kleinrock, Queueing Systems I; Gross and Harris, Fundamentals of Queueing Theory).

Symbols: arrivals at rate `arrivals_per_s`, mean service `service_s`, `workers` servers, offered `load` in erlangs
(arrival rate times mean service). A wait is the time in line, before service begins.
"""

import math


def erlang_b(workers: int, load: float) -> float:
    """Give the share of arrivals that M/G/c/c turns away; it does not depend on the law of service.

    Args:
        workers: number of servers c; there is no line.
        load: offered load in erlangs.
    """
    blocked = 1.0
    for n in range(1, workers + 1):  # by the recursion, which does not overflow
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(workers: int, load: float) -> float:
    """Give the probability that an arrival at M/M/c has to wait.

    Args:
        workers: number of servers c.
        load: offered load in erlangs; below c.
    """
    blocked = erlang_b(workers, load)
    utilisation = load / workers
    return blocked / (1 - utilisation * (1 - blocked))


def wait_mmc(arrivals_per_s: float, service_s: float, workers: int) -> float:
    """Give the mean wait in M/M/c, in seconds."""
    load = arrivals_per_s * service_s
    return erlang_c(workers, load) * service_s / (workers - load)


def wait_mm1(arrivals_per_s: float, service_s: float) -> float:
    """Give the mean wait in M/M/1, in seconds."""
    return wait_mmc(arrivals_per_s, service_s, 1)


def waits_longer_mmc(arrivals_per_s: float, service_s: float, workers: int, than_s: float) -> float:
    """Give the probability that a wait in M/M/c is longer than so many seconds."""
    load = arrivals_per_s * service_s
    return erlang_c(workers, load) * math.exp(-(workers - load) / service_s * than_s)


def wait_mg1(arrivals_per_s: float, service_s: float, variation: float) -> float:
    """Give the mean wait in M/G/1 by Pollaczek and Khinchine, in seconds.

    Args:
        arrivals_per_s: arrival rate.
        service_s: mean service.
        variation: the service law's coefficient of variation: 0 constant, 1 exponential.
    """
    load = arrivals_per_s * service_s
    return load * (1 + variation**2) * service_s / (2 * (1 - load))


def in_system_mm1k(load: float, places: int) -> list[float]:
    """Give the probabilities of 0, 1, ... K letters in M/M/1/K.

    Args:
        load: offered load in erlangs; it may be 1 or more.
        places: K, the one in service included.
    """
    weights = [load**n for n in range(places + 1)]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def wait_mm1k(arrivals_per_s: float, service_s: float, places: int) -> float:
    """Give the mean wait of those that M/M/1/K lets in, in seconds (Little)."""
    probabilities = in_system_mm1k(arrivals_per_s * service_s, places)
    inside = math.fsum(n * probability for n, probability in enumerate(probabilities))
    return inside / (arrivals_per_s * (1 - probabilities[-1])) - service_s


def cleared_after(burst: int, arrivals_per_s: float, service_s: float) -> float:
    """Give how long a burst that meets a stream at M/D/1 takes to clear on average, in seconds.

    The work that is there, the burst's and what the stream left before it, grows by `load` a second.
    """
    load = arrivals_per_s * service_s
    return (burst * service_s + wait_mg1(arrivals_per_s, service_s, 0)) / (1 - load)
