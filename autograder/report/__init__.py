"""The pages that people look at: one for each student, and one for the staff.

They are views of the result store, whole in themselves: no page loads anything, from the network or from beside it.
What the modules do: `collecting` reads the store and takes out what is the staff's, `measures` and `charts` compute
what is shown, `pages` renders, `writing` writes the report, and `similarity` compares submissions.
"""
