"""The description of the API, and the page that shows it."""

from __future__ import annotations

from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from coordination.access.markers import Access
from coordination.exchange.api.base import Door


class Schema(Door, SpectacularAPIView):
    """The OpenAPI description, for whoever is signed in."""

    access = Access()
    renderer_classes = [OpenApiJsonRenderer]


class Docs(Door, SpectacularSwaggerSplitView):
    """Swagger UI from our own files, for whoever is signed in."""

    access = Access()
    url_name = "api:schema"
