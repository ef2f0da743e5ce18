"""What is refused to who fills the graph anew."""


class AlreadyRebuilding(Exception):
    """Somebody else fills the graph anew at the moment: of two, the first to end would say that it
    is whole while the other has emptied it.
    """

    def __init__(self) -> None:
        super().__init__(
            "The graph is being filled anew already; two at once would spoil each other's work."
            " Wait until that has ended."
        )
