"""Register of Reports: kinds, editions, indicators, calendar, deadlines. Nothing of a particular report, of processes or HTTP.

The rest of the product sees `register.register.Register`, the values of `register.kinds`, and asks `register.checks` what is wrong with
some values.
"""
