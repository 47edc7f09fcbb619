"""Webmail and phone apps: the provider's own programs, which show a letter as soon as it is filed.

From: mailbox_store.
To:   readers.

See: none; a provider's app speaks no standard protocol.
Left out: push services and their delays, web servers and their load.
"""
