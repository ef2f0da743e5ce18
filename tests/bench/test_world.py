"""The benchmarks' world is what it says, and who is who is known without asking."""

from django.db.models import Q

from bench.graph.world import World, make_world
from graph.friends.models import Friendship
from graph.people.models import Person
from graph.trust.models import Line


def friends_of(world: World, rank: int) -> int:
    person = world.person(rank)
    return Friendship.objects.filter(Q(low_id=person) | Q(high_id=person)).count()


def test_a_world_has_what_was_asked_for_and_lines_lie_among_friends() -> None:
    world = make_world(2_000, 15_000, 20_000, 4_711)

    people = [world.person(rank) for rank in range(2_000)]
    assert Person.objects.filter(id__in=people).count() == len(set(people)) == 2_000
    friendships = Friendship.objects.filter(low_id__in=people)
    pairs = set(friendships.values_list("low_id", "high_id"))
    assert (friendships.count(), len(pairs)) == (15_000, 15_000)
    lines = Line.objects.filter(giver_id__in=people)
    directed = set(lines.values_list("giver_id", "receiver_id"))
    assert (lines.count(), len(directed)) == (20_000, 20_000)
    assert {(min(pair), max(pair)) for pair in directed} <= pairs
    assert friends_of(world, 0) > 5 * friends_of(world, 1_000) > 0
    # Taken away, because other tests count what a rebuild writes.
    lines.delete()
    friendships.delete()
    Person.objects.filter(id__in=people).delete()
