"""What the letters of one entry of `letters:` show a receiver: written by their sender, forged, or forwarded.

Of a forwarded letter only the second hop is simulated: it begins at the forwarder, as if the writer's letter had
reached it just then, intact. What the forwarder does to it is `forwarding.forwarded`.
Left out: the first hop, with its time, its losses and what the forwarder itself thinks of the letter; notices, which
go back to the forwarder here, where without SRS they would go to the writer; a signature or ARC seal of the
forwarder's own.
"""

from collections.abc import Mapping

from sim.mail.authentication.forwarding import Forwarder, Presented, forwarded
from sim.mail.authentication.published import signatures_of
from sim.scenario.letters import Letters
from sim.scenario.sender import Sender


def presented_by(entry: Letters, senders: Mapping[str, Sender], ip: str) -> Presented:
    """Give what letters of an entry show the receiver when they come from an address.

    Args:
        entry: who sends them, whom they pretend to come from, or for whom they are forwarded.
        senders: by name.
        ip: the client's address, one of the sender's.
    """
    sender = senders[entry.sender]
    if entry.forwarded is None:
        return _written(sender, ip, entry.forges)
    writer = senders[entry.forwarded.written_by]
    forwarder = Forwarder(
        ip=ip,
        helo=sender.domain,
        srs_domain=sender.domain if entry.forwarded.srs else None,
        changes_body=entry.forwarded.alters_body,
    )
    return forwarded(_written(writer, writer.addresses[0], None), forwarder)


def _written(sender: Sender, ip: str, seen_domain: str | None) -> Presented:
    """Give what a letter shows that its sender brings itself; the envelope, greeting and seal are its own."""
    return Presented(
        ip=ip,
        helo=sender.domain,
        mail_from=f"post@{sender.domain}",
        from_domain=seen_domain or sender.domain,
        signatures=signatures_of(sender),
    )
