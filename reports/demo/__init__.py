"""The demo world: invented merchants, what people did with their notes, and the truth about both.

`plan` says what exists, `readers` and `journeys` what happens in it, `truth` what a report must
therefore show; none of them touches the database. `world` and `files` bring it in through the verbs
and the ingest path that people use.
"""
