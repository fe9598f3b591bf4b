"""The form of "Export primary fields": how the file begins, and how each value stands in it."""

BEGINNING = (
    '\ufeff"Contact ID","Contact Type","External Identifier","Display Name","Organization Name",'
    '"Contact Subtype","First Name","Middle Name","Last Name","Do Not Email","Do Not Phone",'
)
# A value in quotation marks, its own doubled; nothing at all for an empty one.
CELL = r'(?:"(?:[^"]|"")+")?'
