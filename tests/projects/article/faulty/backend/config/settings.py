"""Settings of the development server."""

import os

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "development-only")
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["rest_framework", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "shop"}}
