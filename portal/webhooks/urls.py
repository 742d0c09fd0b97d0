from django.urls import path

from portal.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("endpoints/", views.endpoint_list, name="endpoint-list"),
    path("endpoints/new/", views.endpoint_new, name="endpoint-new"),
    path("endpoints/<int:pk>/", views.endpoint_detail, name="endpoint-detail"),
    path("endpoints/<int:pk>/edit/", views.endpoint_edit, name="endpoint-edit"),
    path("endpoints/<int:pk>/sign/", views.endpoint_sign, name="endpoint-sign"),
    path("endpoints/<int:pk>/off/", views.endpoint_off, name="endpoint-off"),
    path("endpoints/<int:pk>/on/", views.endpoint_on, name="endpoint-on"),
    path("endpoints/<int:pk>/rotate/", views.endpoint_rotate, name="endpoint-rotate"),
    path("endpoints/<int:pk>/keys/", views.endpoint_keys, name="endpoint-keys"),
    path("messages/<int:pk>/", views.message_detail, name="message-detail"),
    path("messages/<int:pk>/replay/", views.message_replay, name="message-replay"),
]
