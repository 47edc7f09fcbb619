"""Who a letter is from, as DNS lets a receiver find out: SPF, DKIM and DMARC, without a clock and without a network."""
