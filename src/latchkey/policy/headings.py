"""The headings that CiviCRM gives the columns of an export, in its versions and languages.

Facts from CiviCRM's field titles (`schema/*/*.entityType.php`, before 5.70 `xml/schema`), the
expected headings of its own `ExportTest`, and its German and French translations (`l10n`). Up to
4.6 the id was headed "Internal Contact ID". Headings are compared by `heading_mark`.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

PASSWORD = "password"  # noqa: S105 - what a column holds, no password
ID = "id"
EMAIL = "email_primary.email"

_NO_LETTER = re.compile(r"[\W_]+")

# By what a column holds: the token field, without its suffix.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    ID: (
        "Contact ID",
        "Internal Contact ID",
        "contact_id",
        "civicrm_id",
        "Kontakt-ID",
        "Kontaktkennung",
        "Interne Kontakt-ID",
        "Interne Kontaktkennung",
        "ID du contact",
        "Id. du contact",
        "Identifiant du contact",
        "Identifiant contact",
        "ID contact",
        "ID interne du contact",
        "Identifiant interne du contact",
        "N° de contact",
    ),
    EMAIL: (
        "Email",
        "E-Mail",
        "Email Address",
        "Primary Email",
        "email_primary",
        "Mail",
        "E-Mail-Adresse",
        "Mailadresse",
        "Primäre E-Mail",
        "Courriel",
        "Courriel principal",
        "Adresse électronique",
        "Adresse e-mail",
        "Adresse mail",
        "Adresse de courriel",
    ),
    "first_name": ("First Name", "Firstname", "Given Name", "Vorname", "Prénom"),
    "middle_name": (
        "Middle Name",
        "Zweiter Vorname",
        "Mittlerer Name",
        "Autre prénom",
        "Deuxième prénom",
        "Second prénom",
    ),
    "last_name": (
        "Last Name",
        "Lastname",
        "Surname",
        "Family Name",
        "Nachname",
        "Familienname",
        "Nom",
        "Nom de famille",
    ),
    "display_name": (
        "Display Name",
        "Anzeige-Name",
        "Angezeigter Name",
        "Nom affiché",
        "Nom d'affichage",
        "Nom à afficher",
    ),
    "sort_name": ("Sort Name", "Sortiername", "Nom de tri", "Nom pour le tri"),
    "nick_name": ("Nickname", "Pseudonym", "Spitzname", "Rufname", "Surnom", "Surnom/sigle"),
    "contact_type": ("Contact Type", "Kontaktart", "Kontakttyp", "Type de contact"),
    "contact_sub_type": (
        "Contact Subtype",
        "Kontakt-Unterkategorie",
        "Kontakt-Untertyp",
        "Sous-type de contact",
    ),
    "external_identifier": (
        "External Identifier",
        "External ID",
        "Externe Identifikation",
        "Externe Kennung",
        "Externe ID",
        "Identifiant externe",
        "Id. externe",
    ),
    "organization_name": (
        "Organization Name",
        "Organisation Name",
        "Organisationsname",
        "Name der Organisation",
        "Nom de l'organisation",
        "Nom de l'organisme",
    ),
    "legal_name": ("Legal Name", "Gesetzlicher Name", "Nom officiel", "Nom légal"),
    "household_name": ("Household Name", "Name des Haushalts", "Haushaltsname", "Nom du foyer"),
    "prefix_id": ("Individual Prefix", "Prefix", "Anrede", "Civilité", "Préfixe"),
    "suffix_id": (
        "Individual Suffix",
        "Suffix",
        "Nachgestellter Namenszusatz (Suffix) einer Person",
        "Suffixe",
    ),
    "formal_title": ("Formal Title", "Formeller Titel", "Titre officiel", "Titre"),
    "job_title": ("Job Title", "Funktion", "Berufsbezeichnung", "Fonction", "Intitulé du poste"),
    "gender_id": ("Gender", "Gender ID", "Geschlecht", "Geschlecht ID", "Genre", "Sexe"),
    "birth_date": ("Birth Date", "Date of Birth", "Geburtsdatum", "Date de naissance"),
    "employer_id.display_name": (
        "Current Employer",
        "Arbeitgeber",
        "Aktueller Arbeitgeber",
        "Employeur actuel",
        "Employeur",
    ),
    "source": (
        "Contact Source",
        "Source of Contact Data",
        "Quelle der Kontaktdaten",
        "Kontaktquelle",
        "Source du contact",
    ),
    "preferred_language": (
        "Preferred Language",
        "Bevorzugte Sprache",
        "Langue préférée",
        "Langue de préférence",
    ),
    "do_not_email": (
        "Do Not Email",
        "Keine E-Mails senden",
        "Keine E-Mail",
        "Keine E-Mails",
        "Ne pas envoyer de courriel",
        "Pas de courriel",
    ),
    "is_deceased": ("Deceased", "Is Deceased", "Verstorben", "Décédé", "Décédé(e)"),
    "is_deleted": (
        "Contact is in Trash",
        "Kontakt ist im Papierkorb",
        "Contact dans la corbeille",
        "Le contact est dans la corbeille",
    ),
    "email_primary.on_hold": (
        "On Hold",
        "Zurückgehalten",
        "Ausgesetzt",
        "In Wartestellung",
        "Invalidée",
        "En attente",
        "Suspendu",
    ),
    "phone_primary.phone": ("Phone", "Telefon", "Telefonnummer", "Téléphone"),
    "address_primary.street_address": (
        "Street Address",
        "Postanschrift",
        "Straße und Hausnummer",
        "Adresse (rue)",
        "Adresse postale",
    ),
    "address_primary.postal_code": ("Postal Code", "PLZ", "Postleitzahl", "Code postal"),
    "address_primary.city": ("City", "Stadt", "Ort", "Ville"),
    "address_primary.state_province_id": (
        "State",
        "State/Province",
        "Bundesland",
        "État/Province",
        "Province",
    ),
    "address_primary.country_id": ("Country", "Land", "Pays"),
    PASSWORD: ("Password", "Passwort", "Kennwort", "Mot de passe"),
}
# Whoever has one of these can act as the contact: no such cell is ever kept.
_SECRETS = (
    "Contact Hash",
    "Hash",
    "Kontakt-Hash",
    "Hash du contact",
    "Empreinte du contact",
    "Clé de hachage du contact",
    "API Key",
    "API Schlüssel",
    "Clé API",
    "Checksum",
    "Prüfsumme",
    "Somme de contrôle",
)


def heading_mark(heading: str) -> str:
    """What two headings have in common that differ in case, accents, hyphens or spaces only."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _NO_LETTER.sub("", plain)


KNOWN: Mapping[str, str] = MappingProxyType(
    {heading_mark(heading): holds for holds, several in _HEADINGS.items() for heading in several}
)
SECRETS = frozenset(heading_mark(heading) for heading in _SECRETS)


def holds(heading: str) -> str | None:
    """What a column with this heading holds, None when it is not known."""
    return KNOWN.get(heading_mark(heading))


def is_secret(heading: str) -> bool:
    """Whether the cells of a column with this heading must not be kept."""
    return heading_mark(heading) in SECRETS
