"""A session: what one connection may still bring."""

from sim.scenario.receiving_rules import SessionLimits


class Session:
    """The count of one connection; without limits it never ends."""

    def __init__(self, limits: SessionLimits | None) -> None:
        self._letters = None if limits is None else limits.letters
        self._recipients = None if limits is None else limits.recipients
        self.is_over = False
        """Whether the host closes the connection after its answer."""

    def may_name(self, recipients: int) -> bool:
        """Count a transaction, and say whether it may name so many recipients."""
        if self._letters is not None:
            self._letters -= 1
            self.is_over = not self._letters
        if self._recipients is not None:
            if recipients > self._recipients:
                self.is_over = True
                return False
            self._recipients -= recipients
        return True
