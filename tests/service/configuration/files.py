"""Configuration files for tests: a whole one, and the same with something else in it."""

CRM = """
[crm.main]
kind = "civicrm"
url = "https://crm.example.org"
api_key = "crm-secret"
"""
SITE = """
[site.www]
kind = "wordpress"
url = "https://www.example.org/"
username = "latchkey"
password = "site-secret"
hosts_crm = "main"
"""
RULE = """
[rule.members]
crm = "main"
site = "www"
groups = ["Active Members"]
username = "{contact.first_name}.{contact.last_name}"
roles = ["subscriber"]
"""
WHOLE = CRM + SITE + RULE


def rule(*lines: str, name: str = "members") -> str:
    """The whole file with these lines in its rule; a key given here replaces the usual one."""
    keys = {line.partition("=")[0].strip() for line in lines}
    usual = [line for line in RULE.strip().splitlines()[1:] if line.split(" ")[0] not in keys]
    return CRM + SITE + "\n".join([f"[rule.{name}]", *usual, *lines, ""])
