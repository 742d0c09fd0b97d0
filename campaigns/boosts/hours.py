"""The whole hours of a boost, as the database makes them of its days. Hours are Shanghai's."""

from django.db.models import DateTimeField, DurationField, F, Func, GeneratedField


def at_hour(day: str, hour: str) -> GeneratedField:
    """A column: the instant of the hour in field `hour` (0 to 24) of the day in field `day`."""
    hours = Func(
        F(hour), template="make_interval(hours => %(expressions)s)", output_field=DurationField()
    )
    local = Func(
        F(day) + hours,
        template="timezone('Asia/Shanghai', %(expressions)s)",
        output_field=DateTimeField(),
    )
    return GeneratedField(expression=local, output_field=DateTimeField(), db_persist=True)
