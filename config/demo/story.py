"""The demo world: who is in it, and what happened to them in the last few days.

Mei and Jonas share a flat and are not friends, but Lin stands behind him with 300 yuan and Mei
behind her with 500: so Jonas can borrow 300 yuan from Mei, and both can read why.
"""

from datetime import datetime, timedelta

from config.demo.world import World

LASTS = timedelta(days=3)
LOGINS = (
    {"username": "mei", "password": "jasmine-tea-4b", "name": "Mei 陈美"},
    {"username": "jonas", "password": "harbour-bike-4b", "name": "Jonas Weber"},
)
OTHERS = (
    {"username": "lin", "password": "river-lantern-4b", "name": "Lin 林悦"},
    {"username": "ravi", "password": "cardamom-bus-22", "name": "Ravi Menon"},
    {"username": "sofia", "password": "olive-terrace-9", "name": "Sofia Rossi"},
    {"username": "kai", "password": "paper-kite-31", "name": "Kai Tanaka"},
)
USERNAMES = tuple(person["username"] for person in (*LOGINS, *OTHERS))


def play(*, now: datetime) -> World:
    """Make the world, its last event shortly before now; the caller holds a transaction."""
    world = World(begins=now - LASTS, ends=now)
    _introduce(world)
    _move_in(world)
    _lend_sofia_s_money(world)
    _plan_a_hike(world)
    _keep_a_secret(world)
    _owe_in_a_circle(world)
    _buy_a_rice_cooker(world)
    _leave_something_to_do(world)
    return world


def _introduce(world: World) -> None:
    for person in (*LOGINS, *OTHERS):
        world.arrive(person["username"], name=person["name"], password=person["password"])
    funds = {"mei": 320_000, "jonas": 46_000, "lin": 510_000, "ravi": 188_000, "sofia": 240_000,
             "kai": 95_000}  # fmt: skip
    for who, amount in funds.items():
        world.do(who, "wallet.top_up", amount=amount, channel="sandbox")
    pairs = (("lin", "mei"), ("lin", "jonas"), ("lin", "ravi"), ("lin", "kai"), ("mei", "ravi"),
             ("mei", "sofia"), ("jonas", "ravi"), ("jonas", "kai"), ("sofia", "ravi"))  # fmt: skip
    for one, other in pairs:
        world.wait(minutes=1)
        world.befriend(one, other)
    # Nobody but Lin stands behind Jonas, so that what Mei may lend him is exactly what Lin carries.
    lines = (("mei", "lin", 50_000), ("lin", "jonas", 30_000), ("jonas", "lin", 20_000),
             ("lin", "mei", 40_000), ("sofia", "ravi", 40_000), ("ravi", "sofia", 25_000),
             ("mei", "sofia", 30_000), ("jonas", "kai", 15_000))  # fmt: skip
    for giver, receiver, amount in lines:
        world.trust(giver, receiver, amount)


def _move_in(world: World) -> None:
    world.group("flat", "Flat 4B", "lin", "mei", "jonas", "ravi")
    world.direct("lin", "mei")
    world.direct("jonas", "lin")
    welcome = world.say("lin", "flat", "Welcome to 4B, everybody! 欢迎 🎉 Keys are on the fridge.")
    world.react(welcome, "🎉", "mei", "jonas", "ravi")
    world.say("mei", "flat", "谢谢悦姐!房间比照片上还亮 ☀️")
    world.say("jonas", "flat", "The shower sings in B flat. I like it here already.")
    rules = world.say(
        "lin", "flat", "One rule only: whoever finishes the soy sauce buys the next one."
    )
    world.say("ravi", "flat", "Define 'finishes'. Asking for a friend.", reply_to=rules)
    world.react(rules, "😂", "mei", "jonas")
    world.wait(minutes=12)
    sent = world.do(
        "lin", "envelope.send", room=world.rooms["flat"], amount=8_888, count=4, kind="random",
        greeting="乔迁大吉 · lucky new home",
    )  # fmt: skip
    for who in ("ravi", "mei", "jonas", "lin"):
        world.wait(minutes=0.1)
        world.do(who, "envelope.claim", envelope=sent["envelope"]["id"])
    world.show("envelope", sent["envelope"]["id"])
    world.say("jonas", "flat", "My first red envelope! What do I do, bow?")
    thanks = world.say("mei", "flat", "说一句「谢谢老板」就行 😄")
    world.say("jonas", "flat", "谢谢老板!!", reply_to=thanks)
    world.react(thanks, "🧧", "lin", "ravi")


def _lend_sofia_s_money(world: World) -> None:
    world.wait(hours=4)
    world.direct("ravi", "sofia")
    world.say("ravi", "ravi+sofia", "Sofia, my deposit from the old flat is stuck until the 20th.")
    world.say("sofia", "ravi+sofia", "Ask me here, then we both remember it 🙂")
    asked = world.do(
        "ravi", "loan.ask", lender=world.people["sofia"], amount=20_000, days=30,
        daily_rate_ppm=100, note="until the deposit is back", room=world.rooms["ravi+sofia"],
    )  # fmt: skip
    world.wait(minutes=3)
    world.do("sofia", "loan.grant", loan=asked["loan"]["id"])
    world.show("loan", asked["loan"]["id"])
    world.say("ravi", "ravi+sofia", "You are a star. First part comes tomorrow.")
    world.wait(days=1)
    world.do("ravi", "loan.repay", loan=asked["loan"]["id"], amount=8_000)
    world.show("loan", asked["loan"]["id"])
    world.say("ravi", "ravi+sofia", "80 yuan back, as promised.")
    world.read("ravi+sofia", "ravi", "sofia")


def _plan_a_hike(world: World) -> None:
    world.group("hike", "周末爬山 · Weekend hike", "mei", "lin", "sofia", "ravi")
    world.say("mei", "hike", "这周六去香山,有人一起吗?七点地铁站集合")
    early = world.say("sofia", "hike", "Seven? In the MORNING? 🥲")
    world.say("lin", "hike", "早起的鸟儿有包子吃 🥟", reply_to=early)
    world.react(early, "😂", "mei", "ravi")
    world.say("ravi", "hike", "I bring the thermos. Ginger tea for four.")
    _borrow_for_a_thermos(world)
    bill = world.do(
        "mei", "split.create", room=world.rooms["hike"], amount=12_000, note="门票 tickets × 4",
        between={
            "mode": "even",
            "members": [world.people[who] for who in ("mei", "lin", "sofia", "ravi")],
        },
    )  # fmt: skip
    for who in ("lin", "ravi", "sofia"):
        world.wait(minutes=9)
        world.do(who, "split.pay", split=bill["split"]["id"])
    world.show("split", bill["split"]["id"])
    paid = world.say("mei", "hike", "全齐了,谢谢大家 🙏 周六见!")
    world.react(paid, "⛰️", "lin", "sofia", "ravi")
    world.read("hike", "mei", "lin", "ravi")


def _borrow_for_a_thermos(world: World) -> None:
    # Mei has promised Ravi nothing, but Sofia has, and Mei trusts her: so Sofia vouches for him.
    world.say("ravi", "hike", "Mei, 100 for a thermos that deserves it? Until the deposit is back.")
    asked = world.do(
        "ravi", "loan.ask", lender=world.people["mei"], amount=10_000, days=30, daily_rate_ppm=0,
        note="the thermos", room=world.rooms["hike"],
    )  # fmt: skip
    world.wait(minutes=4)
    world.do("mei", "loan.grant", loan=asked["loan"]["id"])
    world.show("loan", asked["loan"]["id"])
    world.say("mei", "hike", "给你啦,Sofia 替你担保的 😄")


def _keep_a_secret(world: World) -> None:
    world.wait(hours=6)
    world.group("cake", "Kai must not know 🎂", "jonas", "lin", "ravi")
    world.say("jonas", "cake", "Kai turns 30 on Sunday. Nobody tell him. He can smell secrets.")
    world.say("lin", "cake", "蛋糕我来订,抹茶的。He pretends not to like sweets.")
    world.say("ravi", "cake", "I can do candles and the song. Not the high note.")
    _send(world, "jonas", "lin", 6_000, note="half of the cake", room="cake")
    got = world.say("lin", "cake", "收到!蛋糕周日下午四点到。")
    world.react(got, "🤫", "jonas", "ravi")
    world.read("cake", "jonas", "lin")


def _owe_in_a_circle(world: World) -> None:
    # A ring of three transfers within the hour, as the risk team's questions find them.
    world.wait(hours=2)
    world.group("books", "Book club 📚", "lin", "kai", "jonas")
    world.say("kai", "books", "Lin, I still owe you 32 for volume two. Sending it now.")
    _send(world, "kai", "lin", 3_200, note="volume two", room="books")
    world.say("lin", "books", "正好,我还欠 Jonas 32,上次的咖啡 ☕")
    _send(world, "lin", "jonas", 3_200, note="咖啡 coffee", room="books")
    world.say("jonas", "books", "And I owe Kai 32 for the tickets. So...")
    _send(world, "jonas", "kai", 3_200, note="tickets", room="books")
    closed = world.say("kai", "books", "I have exactly what I had before. Banking is beautiful.")
    world.react(closed, "😂", "lin", "jonas")
    world.read("books", "lin", "kai", "jonas")


def _send(world: World, payer: str, payee: str, amount: int, *, note: str, room: str) -> None:
    """Have somebody send money in a room, and the other one take it a little later."""
    offered = world.do(
        payer, "transfer.send", to=world.people[payee], amount=amount, note=note,
        room=world.rooms[room],
    )  # fmt: skip
    world.wait(minutes=2)
    world.do(payee, "transfer.accept", transfer=offered["transfer"]["id"])
    world.show("transfer", offered["transfer"]["id"])


def _buy_a_rice_cooker(world: World) -> None:
    # Within a day of now, so that nobody is reminded of it before they have seen it.
    world.wait_until(hours_before_end=7)
    world.say("ravi", "flat", "The old rice cooker has died. It made a sound like a small goose.")
    cooker = world.say("ravi", "flat", "New one is 360 yuan. It plays a melody. I am in love.")
    world.react(cooker, "🍚", "lin", "mei")
    bill = world.do(
        "ravi", "split.create", room=world.rooms["flat"], amount=36_000, note="rice cooker 电饭煲",
        between={
            "mode": "even",
            "members": [world.people[who] for who in ("ravi", "lin", "mei", "jonas")],
        },
    )  # fmt: skip
    world.wait(minutes=5)
    world.do("lin", "split.pay", split=bill["split"]["id"])
    world.show("split", bill["split"]["id"])
    world.say("lin", "flat", "付了。以后煲仔饭归 Ravi 负责 😋", reply_to=cooker)
    world.say("jonas", "flat", "I will pay tonight when my salary has crossed the ocean.")
    world.read("flat", "mei", "jonas", "lin", "ravi")


def _leave_something_to_do(world: World) -> None:
    world.wait_until(hours_before_end=1)
    world.do("kai", "friend.ask", person=world.people["mei"], note="Kai from Lin's book club 📚")
    world.do("sofia", "friend.ask", person=world.people["jonas"], note="Ravi says you can juggle")
    world.say("lin", "lin+mei", "小美,上次的电影票钱转你啦")
    world.do(
        "lin", "transfer.send", to=world.people["mei"], amount=4_500, note="电影票 🎬",
        room=world.rooms["lin+mei"],
    )  # fmt: skip
    world.say("lin", "jonas+lin", "You forgot to take your change from the market, here it is.")
    world.do(
        "lin", "transfer.send", to=world.people["jonas"], amount=1_250, note="market change",
        room=world.rooms["jonas+lin"],
    )  # fmt: skip
    world.wait(minutes=20)
    world.say("jonas", "flat", "@mei small question: could I borrow 300 until Friday?")
    world.say("lin", "flat", "I stand behind him, for 300 exactly. 他还钱很准时 👍")
    sent = world.do(
        "lin", "envelope.send", room=world.rooms["flat"], amount=6_600, count=3, kind="random",
        greeting="周末愉快 · happy weekend",
    )  # fmt: skip
    world.wait(minutes=2)
    world.do("ravi", "envelope.claim", envelope=sent["envelope"]["id"])
    world.show("envelope", sent["envelope"]["id"])
    world.say("ravi", "flat", "Two shares left. I would hurry if I were you two.")
    world.read("flat", "lin", "ravi")
