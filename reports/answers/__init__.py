"""A question about current facts, and its exact answer.

Page, command and export all ask through `question.Question` and `answer.answer`.
"""
