"""policybook makes printed policy books from structured content.

One straight line, and every stage is a function of what it is handed:

content is **read** into a manuscript, **assembled** into a book, **composed** into HTML, **typeset** and **settled**
into sheets, **bound** into one master PDF, **finished** for each reader, **preflighted**, and **delivered**.
"""

__version__ = "0.1.0"
