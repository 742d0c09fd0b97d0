"""Every element that asks htmx for a part of a page. A new one without a row is a red test.

How to add a row: `Way("portal/_grid.html", "a.sort")` names the template that has the element and
how it is found on a page. It has an `id` of its own, by which focus finds it again, unless it is
outside the part. `use` is what a person does with it by keyboard.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page


def press(element: Locator) -> None:
    """Enter, on a link or a button."""
    element.focus()
    element.press("Enter")


def send(form: Locator) -> None:
    """Enter, on the button of a form."""
    press(form.locator("button.btn-primary"))


def write(field: Locator) -> None:
    """One more letter."""
    field.focus()
    field.press_sequentially("e")


def try_again(part: Locator) -> None:
    """Nothing: it asks by itself. In trouble it is slower, so the button there is pressed."""
    again = part.page.locator("[data-trouble-retry]")
    if again.count():
        press(again)


@dataclass(frozen=True)
class Way:
    template: str
    selector: str
    use: Callable[[Locator], None] = press

    def __str__(self) -> str:
        return f"{self.template} {self.selector}"

    def on(self, page: Page) -> Locator:
        return page.locator(self.selector).first


SORT = Way("portal/_grid.html", "a.sort")
FILTER = Way("portal/_filter.html", "form#filter", send)
PAGES = Way("portal/_pages.html", "a.page-link")
QUESTION = Way("reports/_question.html", "form#question", send)
PERIOD = Way("reports/_question.html", "a[id^=days-]")
TAB = Way("reports/_breakdown.html", "a[id^=by-]")
FIND = Way("reports/_breakdown.html", "input#find", write)
CHART = Way("reports/_chart.html", "a#chart-table")
FOUND = Way("portal/_found.html", ".found input[type=search]", write)
JOB = Way("jobs/_job_progress.html", "[id^=job-]", try_again)

WAYS = [SORT, FILTER, FOUND, PAGES, QUESTION, PERIOD, TAB, FIND, CHART, JOB]
