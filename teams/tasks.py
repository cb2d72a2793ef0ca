"""The mail with an invitation's link: the work of the worker."""

from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.rules import JobFailed
from teams.actions import INVITATION_MAIL
from teams.links import hash_of, link_of, token_of
from teams.models import Invitation


@handler(INVITATION_MAIL)
def mail_invitation(job: Job, control: Control) -> None:
    """Mail the link, unless the invitation has ended or has a newer link meanwhile."""
    rows = Invitation.objects.select_related("strategy", "team", "invited_by")
    rows = rows.filter(links=job.payload.get("links"))
    found = rows.filter(uid=job.target_uid).first() if job.target_uid else None
    if found is None or found.state(timezone.now()) is not Invitation.State.OPEN:
        return
    if found.token_hash != hash_of(token_of(found)):
        raise JobFailed(
            "key_changed", _("The portal's secret key has changed since. Make a new link.")
        )
    context = {"invitation": found, "link": link_of(found)}
    subject = render_to_string("teams/email/invitation_subject.txt", context)
    try:
        send_mail(
            subject=" ".join(subject.split()),
            message=render_to_string("teams/email/invitation.txt", context),
            from_email=None,
            recipient_list=[found.email],
        )
    except (SMTPException, OSError) as error:
        raise JobFailed(
            "mail_refused",
            _("The mail server did not take it (%(reason)s). Pass the link on yourself.")
            % {"reason": type(error).__name__},
            retry=True,
        ) from error
