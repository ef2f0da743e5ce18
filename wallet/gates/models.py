"""What passed a gate and was posted at once."""

from django.db import models


class Passage(models.Model):
    """That the ledger's transfer of this id stood in the graph as an intent before it was posted:
    the graph shows the intent until it shows the transfer. Transfers between people, which may
    wait, say so in their own row.
    """

    id = models.UUIDField(primary_key=True)
