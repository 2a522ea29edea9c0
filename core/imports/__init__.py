"""Tables people bring: CSV, Excel, pasted text. Reading them safely, keeping them privately, remembering their columns.

What the rows mean is the business of the app that imports them.
"""
