"""The pages that people look at: one for each student, one for the staff, and one for each written answer's question.

They are views of the result store, whole in themselves: no page loads anything, from the network or from beside it.
What the modules do: `collecting` reads the store and takes out what is the staff's, `measures` and `charts` compute
what is shown, `pages` renders, `writing` writes the report, `marking` serves the page for marking, and `similarity` compares
submissions.
"""
