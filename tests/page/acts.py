"""What a person does with the page, as a test says it."""

from playwright.sync_api import Locator, Page, expect


def composer(page: Page) -> Locator:
    """Return the place to type."""
    return page.get_by_role("textbox", name="Message", exact=True)


def say(page: Page, text: str) -> None:
    """Type a message and send it."""
    composer(page).fill(text)
    page.keyboard.press("Enter")


def bubble(page: Page, text: str) -> Locator:
    """Return the message with the text."""
    return page.locator("article", has_text=text)


def begin(page: Page, what: str) -> Locator:
    """Open one of the forms behind the plus, and return it."""
    page.get_by_role("button", name="Send money, split, lend").click()
    page.get_by_role("menuitem", name=what).click()
    return page.get_by_role("dialog")


def press(page: Page, *names: str) -> None:
    """Press the buttons of the dialog, one after the other."""
    for name in names:
        page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def card(page: Page, kind: str) -> Locator:
    """Return the newest card of the kind: Bill, Transfer or Loan."""
    return page.get_by_role("region", name=kind, exact=True).last


def envelope(page: Page) -> Locator:
    """Return the newest red envelope of the conversation."""
    return page.locator("button.envelope").last


# A column hides what sticks out of it, so each text is asked where it lies. What is cut with dots
# on purpose lies where its box does.
OUTSIDE = """() => [...document.querySelectorAll("kith-app *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => one.checkVisibility() && !one.closest(".sr-only, .skip"))
  .map((one) => one.closest(".clip") ?? one)
  .filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width > 0 && (right > innerWidth + 1 || left < -1);
  })
  .map((one) => one.outerHTML.slice(0, 120))"""


def expect_no_sideways_scroll(page: Page) -> None:
    """Assert that nothing is wider than the window, and no text lies outside of it."""
    expect(page.locator("kith-app")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url
    assert page.evaluate(OUTSIDE) == [], page.url
