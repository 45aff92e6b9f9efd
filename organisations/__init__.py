"""Bodies, territories, people, sign-in, roles, permissions, acting persons. Nothing of reports, processes or HTTP.

The rest of the product sees `organisations.organisations.Organisations`, the values `Body`, `Actor`, `Duty`, `Role`, and asks for rights
with `organisations.permissions`.
"""
