"""Which engines a management command needs."""

# Commands that read no data at all, so that they work on a machine where nothing was ever started.
NONE = frozenset(
    {
        "help", "version", "check", "makemessages", "write_protocol", "check_history",
        "evaluate_limits", "evaluate_detectors",
    }
)  # fmt: skip
# Commands that ask or fill the graph.
GRAPH = frozenset({"rebuild_graph", "check_graph", "load_trust", "limits", "score_month"})
# Commands that work on the second Neo4j alone.
FINBENCH = frozenset({"import_finbench", "replay_finbench"})
# What writes also publishes, so Valkey is there by default.
USUAL = ("postgres", "valkey")


def engines_for(arguments: list[str]) -> tuple[str, ...]:
    """Return the engines for a command line (without the program's name)."""
    command = next((word for word in arguments if not word.startswith("-")), "help")
    if command in NONE or "--help" in arguments or "-h" in arguments:
        return ()
    if command == "prepare_graph":
        # It reads nothing else, and a starting instance prepares the other two meanwhile.
        return ("neo4j",)
    if command == "ledger_table":
        return ("postgres",)
    if command in FINBENCH:
        return ("finbench",)
    if command == "risk":
        return _for_risk(arguments)
    return (*USUAL, "neo4j") if command in GRAPH else USUAL


def _for_risk(arguments: list[str]) -> tuple[str, ...]:
    """Return the engines for `risk`: who lists questions needs none, who looks at people is
    recorded in PostgreSQL.
    """
    if "--list" in arguments:
        return ()
    words = " ".join(arguments).replace("=", " ").split()
    graph = words[words.index("--graph") + 1 :][:1] if "--graph" in words else []
    return ("finbench",) if graph == ["finbench"] else (*USUAL, "neo4j")
