"""The roles of the practice site and the capabilities that each carries.

Source: recordings users-me (administrator), users-update-role (author), users-create
(subscriber); editor and contributor as WordPress 6.6 installs them. CiviCRM gives its public
permissions to every role.
"""

from collections.abc import Iterable

DEFAULT_ROLE = "subscriber"

_OF_CIVICRM = (
    "access_all_custom_data access_civimail_subscribe_unsubscribe_pages access_uploaded_files"
    " make_online_contributions profile_create profile_edit profile_view register_for_events"
    " sign_civicrm_petition view_event_info view_my_invoices view_public_civimail_content"
)
_LEVELS = tuple(f"level_{level}" for level in range(10, -1, -1))
_ADMINISTRATOR = (
    "switch_themes edit_themes activate_plugins edit_plugins edit_users edit_files manage_options"
    " moderate_comments manage_categories manage_links upload_files import unfiltered_html"
    " edit_posts edit_others_posts edit_published_posts publish_posts edit_pages read"
    f" {' '.join(_LEVELS)} edit_others_pages edit_published_pages publish_pages delete_pages"
    " delete_others_pages delete_published_pages delete_posts delete_others_posts"
    " delete_published_posts delete_private_posts edit_private_posts read_private_posts"
    " delete_private_pages edit_private_pages read_private_pages delete_users create_users"
    " unfiltered_upload edit_dashboard update_plugins delete_plugins install_plugins update_themes"
    " install_themes update_core list_users remove_users promote_users edit_theme_options"
    f" delete_themes export {_OF_CIVICRM} access_civicrm"
)
_EDITOR = (
    "moderate_comments manage_categories manage_links upload_files unfiltered_html edit_posts"
    " edit_others_posts edit_published_posts publish_posts edit_pages read"
    f" {' '.join(_LEVELS[3:])} edit_others_pages edit_published_pages publish_pages delete_pages"
    " delete_others_pages delete_published_pages delete_posts delete_others_posts"
    " delete_published_posts delete_private_posts edit_private_posts read_private_posts"
    f" delete_private_pages edit_private_pages read_private_pages {_OF_CIVICRM}"
)
_AUTHOR = (
    "upload_files edit_posts edit_published_posts publish_posts read level_2 level_1 level_0"
    f" delete_posts delete_published_posts {_OF_CIVICRM}"
)
_CONTRIBUTOR = f"edit_posts read level_1 level_0 delete_posts {_OF_CIVICRM}"
_ACCOUNT_MAKER = f"read create_users list_users edit_users promote_users {_OF_CIVICRM}"
_READER = f"read level_0 {_OF_CIVICRM}"

CAPABILITIES: dict[str, tuple[str, ...]] = {
    "administrator": tuple(_ADMINISTRATOR.split()),
    "editor": tuple(_EDITOR.split()),
    "author": tuple(_AUTHOR.split()),
    "contributor": tuple(_CONTRIBUTOR.split()),
    "subscriber": tuple(_READER.split()),
    "account_maker": tuple(_ACCOUNT_MAKER.split()),
    "member": tuple(_READER.split()),
}


def capabilities_of(roles: Iterable[str]) -> tuple[str, ...]:
    """What the roles carry together, in the order in which WordPress merges them."""
    merged = dict.fromkeys(name for role in roles for name in CAPABILITIES.get(role, ()))
    return tuple(merged)


def munged(permission: str) -> str:
    """The capability by which CiviCRM on WordPress knows one of its permissions."""
    return "".join(letter if letter.isalnum() else "_" for letter in permission.lower())
