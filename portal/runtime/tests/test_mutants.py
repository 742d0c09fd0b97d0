"""What `make mutants` works on: paths that exist, every app, and verbs without their decorators."""

from django.conf import settings

from portal.runtime import mutants, places

DECORATED = """
@outer(1)
@inner
def verb(text: str) -> str:
    return text


def plain() -> None: ...
"""


def test_every_module_and_every_test_of_the_table_exists() -> None:
    for module, tests in mutants.tests_of_modules().items():
        for path in [module, *tests]:
            assert (places.CHECKOUT / path).is_file(), path


def test_the_tests_find_every_app_of_the_checkout_beside_the_changed_module() -> None:
    packages = {app.partition(".")[0] for app in settings.INSTALLED_APPS}
    ours = {package for package in packages if (places.CHECKOUT / package).is_dir()}
    assert "portal" in ours
    assert ours <= set(mutants.sources())


def test_a_decorated_function_is_decorated_below_itself() -> None:
    def inner(function: object) -> object:
        return ("inner", function)

    def outer(number: int) -> object:
        return lambda function: ("outer", number, function)

    source = mutants.undecorated(DECORATED)
    assert "@" not in source
    names: dict[str, object] = {"inner": inner, "outer": outer}
    exec(source, names)
    verb = names["verb"]
    assert isinstance(verb, tuple)
    name, number, (wrapped, function) = verb
    assert (name, number, wrapped, function("as before")) == ("outer", 1, "inner", "as before")
