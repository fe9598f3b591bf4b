"""core_webservice_get_site_info: who the token's user is, and what its service has."""

from collections.abc import Mapping
from typing import Any, Final

from latchkey.practice.moodle import switches
from latchkey.practice.moodle.rows import Caller

VERSION: Final = "2024042203.03"


def told(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - all functions are called alike
    """The answer, as Moodle 4.4 gives it (recording site_info)."""
    username, first, last, lang = caller.db.execute(
        "SELECT username, firstname, lastname, lang FROM mdl_user WHERE id = ?", (caller.id,)
    ).fetchone()
    functions = switches.of(caller.db, "functions")
    return {
        "sitename": "Practice Moodle",
        "username": username,
        "firstname": first,
        "lastname": last,
        "fullname": f"{first} {last}",
        "lang": lang,
        "userid": caller.id,
        "siteurl": caller.site,
        "userpictureurl": f"{caller.site}/theme/image.php/boost/core/1/u/f1",
        "functions": [{"name": name, "version": VERSION} for name in functions],
        "downloadfiles": 0,
        "uploadfiles": 0,
        "release": "4.4.3+ (Build: 20240910)",
        "version": VERSION,
        "mobilecssurl": "",
        "advancedfeatures": [{"name": "usetags", "value": 1}, {"name": "messaging", "value": 1}],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 2097152,
        "userhomepage": 1,
        "userprivateaccesskey": "practice",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": False,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }
