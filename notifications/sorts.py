"""The sorts of news that people are told of."""

from enum import StrEnum


class Sort(StrEnum):
    """What a notification is about; its sentences are `notification_<sort>` in the texts."""

    TASK_GIVEN = "task_given"  # a task waits for you or for your group
    REPORT_RETURNED = "report_returned"  # with remarks, for you to mend
    REPORT_DUE = "report_due"  # a report of a restricted kind is to be made and sent past Esep
    REQUEST_ASKED = "request_asked"  # a body asks for more time, or says that a report is not applicable
    REQUEST_DECIDED = "request_decided"
    REMINDER = "reminder"  # a deadline is near, or somebody reminds you
    OVERDUE = "overdue"  # a step is past its deadline
    REPORT_ACCEPTED = "report_accepted"
    REPORT_WITHDRAWN = "report_withdrawn"
    MAIL_UNDELIVERED = "mail_undelivered"  # mails do not arrive, for administrators
    WEBHOOK_OFF = "webhook_off"  # a webhook of a body failed for too long
    INCIDENT = "incident"  # a process stands, for administrators


#: What a webhook can hear of: what happens to reports.
OF_REPORTS = frozenset(Sort) - {Sort.MAIL_UNDELIVERED, Sort.WEBHOOK_OFF, Sort.INCIDENT, Sort.REPORT_DUE}
#: What asks for a task to be done: it is settled when the task is.
OF_A_TASK = frozenset({Sort.TASK_GIVEN, Sort.REPORT_RETURNED, Sort.REQUEST_ASKED, Sort.REMINDER})
