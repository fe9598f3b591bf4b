"""What a person is told to do about an answer that nobody has a meaning for."""


def advice(status: int, content_type: str) -> str:
    """One sentence, by the status and by what came."""
    match status:
        case 401 | 403:
            return "Check the credential and its permissions."
        case 404:
            return "Check the address."
        case _ if "html" in content_type:
            return "It sent a web page: check the address, and whether something stands before it."
        case _:
            return "Check the address and the version."
