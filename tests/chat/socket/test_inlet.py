"""A socket that sends faster than it is served is not read on."""

from chat.socket.inlet import Inlet


class Line:
    """Notes when it is to be read and when not."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's name)
        self.asked.append("pause")

    def resumeProducing(self) -> None:  # noqa: N802
        self.asked.append("resume")


def test_many_small_frames_pause_the_line_until_half_are_done_with() -> None:
    line = Line()
    inlet = Inlet(line)
    for _ in range(64):
        inlet.arrive(10)
    assert line.asked == []

    inlet.arrive(10)
    inlet.arrive(10)
    assert line.asked == ["pause"]
    for _ in range(33):
        inlet.take()
    assert line.asked == ["pause"]
    inlet.take()

    assert line.asked == ["pause", "resume"]


def test_a_few_large_frames_pause_it_too() -> None:
    line = Line()
    inlet = Inlet(line)
    for _ in range(5):
        inlet.arrive(60_000)
    assert line.asked == ["pause"]

    for _ in range(5):
        inlet.take()
    inlet.take()

    assert line.asked == ["pause", "resume"]
