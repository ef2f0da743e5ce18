"""Row locks on links."""

from uuid import UUID

from graph.links.models import Link


def lock_link(*, link_id: UUID) -> Link | None:
    """Lock a link until the transaction ends, so that its last use is taken once; None when it is
    gone.
    """
    return Link.objects.select_for_update(no_key=True).filter(id=link_id).first()
