"""What a process remembers of the newest things."""

from commands.recent import Recent


def test_beyond_its_bound_the_oldest_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.put("a", 3)

    recent.put("c", 4)

    assert [recent.get(key) for key in "abc"] == [3, None, 4]
    assert ["a" in recent, "b" in recent] == [True, False]


def test_what_is_dropped_is_forgotten_and_nothing_else() -> None:
    recent: Recent[str, None] = Recent(2)
    recent.put("a", None)
    recent.put("b", None)

    recent.drop("a")
    recent.drop("never there")

    assert ["a" in recent, "b" in recent] == [False, True]
