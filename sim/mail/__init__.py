"""The stations, one file each, in the order in which a letter meets them.

submission > spool > queue_manager > (resolver > name_servers) > smtp_client > network > smtp_server >
delivery_agent > mailbox_store > pop3 | imap | webmail > readers. What cannot be delivered goes from
queue_manager to bounce and, as a new letter, back to spool. `faults` makes the weather over all of them.

Stations do not import each other: each gets the next one as an argument, and `sim.assembly` joins them.
"""
