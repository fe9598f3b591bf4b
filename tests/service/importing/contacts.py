"""Rows of a file that name contacts of the CRM."""

from service.importing.conftest import Desk

WITH_ID = ("Contact ID", "Email", "First Name", "Last Name")


def people(desk: Desk, number: int = 3) -> list[tuple[int, str, str, str]]:
    """Contacts that are one of a kind and have no account yet."""
    return desk.workplace.world.rows(
        """SELECT c.id, e.email, c.first_name, c.last_name FROM civicrm_contact c
        JOIN civicrm_email e ON e.contact_id = c.id AND e.is_primary = 1 AND e.on_hold = 0
        WHERE c.contact_type = 'Individual' AND c.is_deleted = 0 AND c.is_deceased = 0
        AND c.first_name <> '' AND c.last_name <> ''
        AND e.email LIKE '%_@_%' AND e.email NOT IN (SELECT email FROM wp_users)
        AND c.id NOT IN (SELECT contact_id FROM civicrm_uf_match WHERE contact_id IS NOT NULL)
        GROUP BY e.email HAVING COUNT(*) = 1 AND (SELECT COUNT(*) FROM civicrm_email x
        WHERE x.email = e.email) = 1 ORDER BY c.id LIMIT ?""",
        number,
    )
