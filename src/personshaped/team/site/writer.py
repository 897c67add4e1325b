"""Who opened a form: a signed mark in it, beside the token, so that nobody's words are sent under another's name."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.template import Context, Library
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

FIELD = "written_by"
_SIGNER = Signer(salt="written by")
register = Library()


def mark_of(key: int) -> str:
    """The mark of the colleague with this key."""
    return _SIGNER.sign(str(key))


def is_of_nobody(request: HttpRequest) -> bool:
    """Whether what was sent carries no mark."""
    return not request.POST.get(FIELD)


def is_of_another(request: HttpRequest) -> bool:
    """Whether what was sent carries a mark, and not that of whoever is signed in."""
    try:
        return any(_SIGNER.unsign(one) != str(request.user.pk) for one in request.POST.getlist(FIELD) if one)
    except BadSignature:
        return True


class _Marked(CsrfTokenNode):
    """Django's token, and the writer's mark where somebody is signed in."""

    def render(self, context: Context) -> SafeString:
        request = getattr(context, "request", None)
        user = getattr(request, "user", None)
        token = super().render(context)
        if not token or user is None or not user.is_authenticated:
            return token
        return token + format_html('<input type="hidden" name="{}" value="{}">', FIELD, mark_of(user.pk))


@register.tag
def csrf_token(parser: Parser, token: Token) -> _Marked:
    """In every template instead of Django's own: no form is without the mark."""
    return _Marked()
