"""The event contract, and the reading of files that follow it. Pure: no Django, no database.

`contract` says what a row is, `reader` turns a file into accepted rows and rejected ones,
`merge` tells duplicates from corrections, `child` does all of it in a disposable process.
"""
