"""The memory: the one truth about sessions, interventions, customers and what was decided.

One writer (`ledger`), many readers (`reading`); after each commit the bell rings, and whoever cares reads. SQLAlchemy
lives here and nowhere else. It imports `domain`, never a room above it.
"""
