"""The practice world: a CRM, a site that hosts it and a mailbox, in one process of its own.

It speaks as the real systems do (tests/recordings) and imports nothing else of Latchkey.
"""
