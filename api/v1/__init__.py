"""The product's door: one folder per room, each with routes.py and schemas.py."""

from api.rooms import Room
from api.v1.acting_persons.routes import acting_persons
from api.v1.forms.routes import forms
from api.v1.journal.routes import journal
from api.v1.notifications.choice_routes import choices
from api.v1.notifications.mail_routes import mails
from api.v1.notifications.routes import notifications
from api.v1.notifications.webhook_routes import webhooks
from api.v1.organisations.routes import organisations
from api.v1.organisations.territory_routes import territories
from api.v1.processes.definition_routes import definitions
from api.v1.processes.hold_routes import holds
from api.v1.processes.incident_routes import incidents
from api.v1.processes.instance_routes import instances
from api.v1.processes.migration_routes import migrations
from api.v1.register.catalogue_routes import catalogue
from api.v1.register.change_routes import changes
from api.v1.register.drafting_routes import drafting
from api.v1.register.edition_routes import editions
from api.v1.register.exchange_routes import exchange
from api.v1.register.forecast_routes import forecast
from api.v1.register.routes import register
from api.v1.reports.archive_routes import archive
from api.v1.reports.attachment_routes import attachments
from api.v1.reports.content_routes import contents
from api.v1.reports.exchange_routes import files
from api.v1.reports.opening_routes import openings
from api.v1.reports.phone_routes import phones
from api.v1.reports.remark_routes import remarks
from api.v1.reports.reminder_routes import reminders
from api.v1.reports.request_routes import report_requests
from api.v1.reports.routes import reports
from api.v1.reports.signature_routes import report_signatures
from api.v1.sign_in.routes import sign_in
from api.v1.tasks.routes import tasks
from api.v1.users.routes import users

ROOMS: tuple[Room, ...] = (
    sign_in,
    organisations,
    territories,
    users,
    acting_persons,
    register,
    changes,
    drafting,
    editions,
    exchange,
    catalogue,
    forecast,
    reports,
    openings,
    report_requests,
    archive,
    contents,
    attachments,
    files,
    remarks,
    reminders,
    report_signatures,
    phones,
    tasks,
    notifications,
    choices,
    mails,
    webhooks,
    definitions,
    instances,
    migrations,
    incidents,
    holds,
    forms,
    journal,
)
