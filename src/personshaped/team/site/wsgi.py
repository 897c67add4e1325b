"""The application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personshaped.team.site.settings")
application = get_wsgi_application()

from personshaped.team.site import warm  # noqa: E402  needs the application
from personshaped.team.site.erasing import erase_again  # noqa: E402

erase_again()  # a database brought back from a backup holds whoever was erased since
warm.begin()
