"""The steps between the password and being signed in, where ours differ from allauth's."""

from allauth.account.stages import LoginStage, PhoneVerificationStage
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yiwang.domains.identity.queries import identify, phone_of


class ProvePhoneStage(PhoneVerificationStage):
    """The step in which a telephone is proved; an official's account has none and goes on."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Send a code where there is a telephone that was not proved yet."""
        if self.login.user is not None and not phone_of(self.login.user):
            return None, True
        step: tuple[HttpResponse | None, bool] = super().handle()
        return step


class FirstPasswordStage(LoginStage):
    """The step in which an official replaces the password that they were given; nobody is signed in before."""

    key = "first_password"
    urlname = "account_first_password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Ask for a password of their own where the present one is the first."""
        user = self.login.user
        if user is None or not user.has_first_password or did_use_passwordless_login(self.request, user):
            return None, True
        return redirect(self.urlname), True


class SecondFactorStage(AuthenticateStage):
    """The second factor: of officials. A person's passkey stands beside their password, it does not come on top of it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.user is None or not identify(self.login.user.pk).needs_second_factor:
            return False
        return bool(super()._should_handle(request))


OURS = {
    "PhoneVerificationStage": (ProvePhoneStage,),
    "AuthenticateStage": (SecondFactorStage, FirstPasswordStage),
}
"""Name of allauth's step → the steps that stand in its place."""


def stages_of(names: list[str]) -> list[str]:
    """Return the steps of signing in, with ours in the place of allauth's."""
    found = []
    for name in names:
        ours = OURS.get(name.rsplit(".", 1)[-1])
        found += [f"{step.__module__}.{step.__qualname__}" for step in ours] if ours else [name]
    return found
