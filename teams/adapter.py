"""How django-allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators, and by invitations."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: people are added or invited."""
        return False
