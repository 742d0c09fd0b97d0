"""The demo world: invented merchants, what people did with their notes, and the truth about both.

`plan` says what exists, `people` who they are and what happens, `partners` what is sent of it and
what a report must therefore show; none of them touches the database. `story` brings it in through
the verbs and the ingest path that people use. Nothing imports this package.
"""
