"""Forms in the GOV.UK pattern, drawn by Django's own form templates."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    """Fields as GOV.UK form groups: label, hint, message, control."""

    form_template_name = "site/form.html"
    field_template_name = "site/field.html"
