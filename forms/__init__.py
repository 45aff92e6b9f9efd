"""Forms of user tasks: catalogue, validation of form-js schemas on the server, `definitions/*.form`. Nothing of tasks, reports or HTTP.

The rest of the product sees `forms.catalogue.Forms`.
"""
